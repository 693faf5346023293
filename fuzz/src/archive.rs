//! Archives: one file and one folder taken from them.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use probe_loader::fuzz::{take_file, take_folder};

/// So small that a bomb is reached, in bytes.
const LIMIT: u64 = 1 << 20;

/// Takes the file `a/b` and the folder `a/`, as the archives of the corpus have them.
///
/// # Panics
///
/// More than the limit is unpacked, or something is written outside the folder, or a link leads out of it.
pub fn archive(bytes: &[u8]) {
    // Files that are flushed need no disk.
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let base = base.expect("a temporary directory");
    let path = base.path().join("archive");
    File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("write");
    let file = File::open(&path).expect("open");
    if let Ok(content) = take_file(&file, "a/b", LIMIT) {
        assert!(content.len() as u64 <= LIMIT);
    }
    let folder = base.path().join("folder");
    fs::create_dir(&folder).expect("create");
    let taken = take_folder(&file, "a/", LIMIT, &folder);
    let mut size = 0;
    check(&folder, &folder, &mut size);
    assert!(size <= LIMIT, "{size} bytes were unpacked");
    assert_eq!(fs::read_dir(base.path()).expect("read").count(), 2, "something is outside");
    if taken.is_ok() {
        assert!(fs::read_dir(&folder).expect("read").count() > 0, "an empty folder was taken");
    }
}

/// Everything below `folder` is a file, a folder, or a link that stays below `root`.
fn check(root: &Path, folder: &Path, size: &mut u64) {
    for entry in fs::read_dir(folder).expect("read") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("its kind");
        if kind.is_dir() {
            check(root, &entry.path(), size);
        } else if kind.is_symlink() {
            // One that leads nowhere, or round in circles, cannot be resolved, and does no harm.
            if let Ok(target) = entry.path().canonicalize() {
                let root = root.canonicalize().expect("the root");
                assert!(target.starts_with(root), "{} leaves", target.display());
            }
        } else {
            assert!(kind.is_file());
            *size += entry.metadata().expect("its size").len();
        }
    }
}
