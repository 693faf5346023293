//! Reads files from beginning to end: only regular ones, and only up to a limit. A device has no
//! end, and opening a pipe would wait for its other end. It does not know what is in them.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

use crate::platform;

/// Opens a regular file or a folder for reading. Follows symbolic links.
///
/// # Errors
///
/// Returns the errors of [`File::open`]. For anything else than a file or folder, the kind is
/// `InvalidInput` and the text says what it is.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let check = |kind: FileType| match special(kind) {
        Some(what) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("it is {what}, and no regular file"),
        )),
        None => Ok(()),
    };
    // A device may do something when it is opened.
    check(fs::metadata(path)?.file_type())?;
    let file = platform::open_without_waiting(path)?;
    // Another process may have replaced it meanwhile.
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Reads a regular file of at most `most` bytes.
///
/// # Errors
///
/// Returns the errors of [`open_regular`]. For a larger file, the kind is `FileTooLarge`.
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let too_large = || {
        let text = format!("it is longer than {} MiB", most >> 20);
        io::Error::new(io::ErrorKind::FileTooLarge, text)
    };
    let length = file.metadata()?.len();
    if length > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // It may grow, or not know its length.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// Returns what a file is if it is neither a regular file nor a folder.
pub(crate) fn special(kind: FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_dir() {
        None
    } else if platform::is_pipe(kind) {
        Some("a pipe")
    } else if platform::is_socket(kind) {
        Some("a socket")
    } else {
        Some("a device")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &Path, expected: Result<&[u8], &str>) {
        let read = read_regular(path, 1 << 20).map_err(|error| error.to_string());
        assert_eq!(read.as_deref(), expected.map_err(str::to_owned).as_ref().map(|&bytes| bytes));
    }

    #[test]
    fn only_regular_files_are_read_and_only_so_much_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("short"), "short").expect("write");
        check(&path("short"), Ok(b"short"));
        fs::write(path("just"), vec![b'x'; 1 << 20]).expect("write");
        check(&path("just"), Ok(&vec![b'x'; 1 << 20]));
        File::create(path("long")).and_then(|file| file.set_len((1 << 20) + 1)).expect("make");
        check(&path("long"), Err("it is longer than 1 MiB"));
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.expect("mkfifo").success());
        check(&path("pipe"), Err("it is a pipe, and no regular file"));
        platform::link("/dev/zero", &path("link")).expect("link");
        check(&path("link"), Err("it is a device, and no regular file"));
        assert!(open_regular(folder.path()).is_ok(), "a folder can be opened");
    }
}
