//! The place of a document: the document is there as a whole, or not at all. Knows no report.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use probe_process::sift::{Colours, Sifter};
use tempfile::NamedTempFile;

use super::asked::Destination;
use super::outlet::make_directory;
use super::system::new_file_permissions;

/// The place of a document. The document there is always complete.
#[derive(Debug)]
pub(super) enum Place {
    Stdout,
    /// A file, or nothing yet; absolute.
    File(PathBuf),
    /// A pipe or a device, which cannot be replaced.
    Device(PathBuf),
}

impl Place {
    /// Looks whether a file can be made there, by making one without a name.
    pub(super) fn open(to: &Destination, cwd: &Path) -> io::Result<Self> {
        let path = match to {
            Destination::Stdout => return Ok(Self::Stdout),
            Destination::File(path) | Destination::Made(path) => cwd.join(path),
        };
        make_directory(&path)?;
        // The target of a link is replaced, not the link.
        let path = path.canonicalize().unwrap_or(path);
        match path.metadata() {
            Ok(meta) if meta.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(meta) if !meta.is_file() => Ok(Self::Device(path)),
            _ => tempfile::tempfile_in(directory(&path)).map(|_| Self::File(path)),
        }
    }

    /// Writes a document beside its place, and then moves it there in one step.
    pub(super) fn write(
        &self,
        document: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let path = match self {
            Self::Stdout => {
                let out = io::BufWriter::new(io::stdout().lock());
                let mut out = Sifter::new(out, Colours::Strip);
                document(&mut out)?;
                return out.flush();
            }
            Self::Device(path) => {
                let mut out = io::BufWriter::new(File::options().write(true).open(path)?);
                document(&mut out)?;
                return out.flush();
            }
            Self::File(path) => path,
        };
        let mut beside = beside(path)?;
        let mut out = io::BufWriter::new(beside.as_file_mut());
        document(&mut out)?;
        out.flush()?;
        drop(out);
        beside.persist(path)?;
        Ok(())
    }
}

/// A file that will take the name of `path`, with the permissions that the user gives new files.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".probe-report-")
        .permissions(new_file_permissions())
        .tempfile_in(directory(path))
}

/// The directory of a file, which has one.
fn directory(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}
