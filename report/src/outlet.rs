//! Where the bytes of a report go. Knows no report.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::asked::Destination;

/// A stream that others may read while probe writes it.
#[derive(Debug)]
pub(super) enum Outlet {
    Stdout(io::Stdout),
    File(File),
}

impl Outlet {
    /// Opens the stream. Deletes the content of an existing file.
    pub(super) fn open(to: &Destination, cwd: &Path) -> io::Result<Self> {
        match to {
            Destination::Stdout => Ok(Self::Stdout(io::stdout())),
            Destination::File(path) | Destination::Made(path) => {
                let path = cwd.join(path);
                make_directory(&path)?;
                File::create(path).map(Self::File)
            }
        }
    }
}

/// Makes the directory of a file, if it does not exist.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}
