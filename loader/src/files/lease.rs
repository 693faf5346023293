//! Whether a process has a file open for writing. It does not know which process.

use std::fs::File;

use crate::platform;

/// What is known about a file's writers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// No process has it open for writing.
    None,
    /// A process has it open for writing.
    Some,
    /// The file system has no leases, or the file is another user's.
    Unknown,
}

/// Looks for writers of an open file. The file must be open for reading only.
pub(crate) fn writers(file: &File) -> Writers {
    match platform::has_writer(file) {
        Some(true) => Writers::Some,
        Some(false) => Writers::None,
        None => Writers::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    #[test]
    fn a_writer_is_seen_as_long_as_it_has_the_file_open() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("file");
        std::fs::write(&path, "content").expect("write");
        let reader = File::open(&path).expect("open");
        assert_eq!(writers(&reader), Writers::None);
        let writer = OpenOptions::new().append(true).open(&path).expect("open");
        assert_eq!(writers(&reader), Writers::Some);
        drop(writer);
        assert_eq!(writers(&reader), Writers::None);
    }
}
