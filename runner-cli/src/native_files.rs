//! The native files below directories, which are what can be torn. Looks at the first bytes of files; knows no library by
//! name, nor what anybody wants the files for.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use probe_loader::open_regular;

/// How many files are looked at at most, so that a cache of a million holds nobody up.
const LOOKED_AT: usize = 20_000;

/// A native file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NativeFile {
    pub(crate) path: PathBuf,
    /// Bytes.
    pub(crate) size: u64,
    /// When it was last written to.
    pub(crate) modified: SystemTime,
}

/// The native files below `directories`, in the order of their paths.
pub(crate) fn native_files(directories: &[PathBuf]) -> Vec<NativeFile> {
    let mut open = directories.to_vec();
    let mut finds = Vec::new();
    let mut looked_at = 0;
    while let Some(path) = open.pop() {
        let Ok(found) = path.symlink_metadata() else { continue };
        if found.is_dir() {
            open.extend(
                fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()),
            );
        } else if found.is_file() {
            looked_at += 1;
            if is_native(&path) {
                let modified = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                finds.push(NativeFile { path, size: found.len(), modified });
            }
        }
        if looked_at == LOOKED_AT {
            break;
        }
    }
    finds.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    finds
}

/// ELF, Mach-O of either width and order, a universal one, or PE.
fn is_native(path: &Path) -> bool {
    let mut begin = [0; 4];
    let read = open_regular(path).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok()
        && (begin == *b"\x7fELF"
            || begin.starts_with(b"MZ")
            || matches!(
                u32::from_be_bytes(begin),
                0xfeed_face | 0xfeed_facf | 0xcefa_edfe | 0xcffa_edfe | 0xcafe_babe
            ))
}
