//! Finds files in caches that are written again and again while tests run: work that one test could do for all. No test has to
//! fail for that.
//!
//! The system reports the writes, so tests do not become slower. Listens only in caches, not in the project: two folders deep
//! from the start, and deeper in new folders. The system does not report who wrote. Only native files and archives count, and
//! only from the third write on: a linker and a tool that strips its result make two.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use parking_lot::Mutex;
use probe_loader::{FileVerdict, FoundInstead, inspect};

use super::gathering::is_busy;
use super::strays::{Haunts, Search, is_shareable};
use crate::system::{Ear, Sound};

/// The largest number of folders to listen in, and of files to count. A cache may have a million.
const FOLDERS: usize = 256;
const FILES: usize = 4096;
/// How many levels below a cache, or below a new folder in it, are listened in.
const DEPTH: usize = 2;
const NEW: usize = 6;
/// From how many writes on a file is reported.
const TIMES: usize = 3;
/// The largest number of files in a report.
const NAMED: usize = 4;

/// A file that was written several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// The file.
    pub path: PathBuf,
    /// The number of writes, at least.
    pub times: usize,
}

/// Listens for writes in caches.
pub(crate) struct Listening {
    ear: Ear,
    times: Mutex<BTreeMap<PathBuf, usize>>,
}

impl Listening {
    /// Returns `None` if the system allows no more listeners.
    pub(crate) fn new() -> Option<Self> {
        Some(Self { ear: Ear::new().ok()?, times: Mutex::default() })
    }

    /// Listens below the caches among these haunts, until the end.
    pub(crate) fn listen(&self, haunts: &Haunts) {
        let mut folders = BTreeMap::new();
        self.add(haunts.caches.clone(), DEPTH, haunts, &mut folders);
        self.ear.listen(|folder, sound, name| {
            let Some(path) = folders.get(&folder).map(|folder: &PathBuf| folder.join(name)) else {
                return;
            };
            match sound {
                Sound::Folder => self.add(vec![path], NEW, haunts, &mut folders),
                Sound::Written => self.count(path),
            }
        });
    }

    /// Ends the listening. Earlier writes still count.
    pub(crate) fn end(&self) {
        self.ear.end();
    }

    /// Returns the files that were written several times, the most frequent first, without the files that libraries `declare`.
    /// Call it after the listening has ended.
    pub(crate) fn doubled(&self, declare: impl Fn(&Path) -> bool) -> Vec<Doubled> {
        let times = self.times.lock();
        let often = times.iter().filter(|(_, times)| **times >= TIMES);
        let often = often.filter(|(path, _)| is_wanted(path) && !declare(path));
        let mut doubled: Vec<Doubled> =
            often.map(|(path, times)| Doubled { path: path.clone(), times: *times }).collect();
        doubled.sort_by(|a, b| (b.times, &a.path).cmp(&(a.times, &b.path)));
        doubled.truncate(NAMED);
        doubled
    }

    fn count(&self, path: PathBuf) {
        let mut times = self.times.lock();
        if times.len() < FILES || times.contains_key(&path) {
            *times.entry(path).or_default() += 1;
        }
    }

    /// Listens in folders and their subfolders, level by level, so that no cache uses up all listeners.
    fn add(
        &self,
        mut level: Vec<PathBuf>,
        depth: usize,
        haunts: &Haunts,
        folders: &mut BTreeMap<i32, PathBuf>,
    ) {
        for depth in (0..=depth).rev() {
            let mut below = Vec::new();
            for folder in level {
                let is_private = haunts.never.iter().any(|never| folder.starts_with(never));
                let is_noisy = folder.file_name().and_then(OsStr::to_str).is_none_or(is_busy);
                if folders.len() >= FOLDERS {
                    return;
                }
                if is_private || is_noisy {
                    continue;
                }
                let Ok(number) = self.ear.add(&folder) else { continue };
                if depth > 0 {
                    let entries = fs::read_dir(&folder).into_iter().flatten().flatten().take(FILES);
                    let is_folder =
                        |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
                    below.extend(entries.filter(is_folder).map(|entry| entry.path()));
                }
                folders.insert(number, folder);
            }
            level = below;
        }
    }
}

/// Does some work, and returns which files in caches were written several times meanwhile.
pub fn doubled_during<T>(search: &Search<'_>, work: impl FnOnce() -> T) -> (T, Vec<Doubled>) {
    let Some(listening) = Listening::new() else { return (work(), Vec::new()) };
    thread::scope(|threads| {
        let thread = threads.spawn(|| listening.listen(search.haunts()));
        // Needed after a panic, too: the scope waits for the thread.
        let end = End(&listening);
        let done = work();
        drop(end);
        // If the thread panicked, its results so far may still be useful.
        let _ = thread.join();
        (done, listening.doubled(|path| search.is_declared(path)))
    })
}

/// Ends the listening when it is dropped.
struct End<'l>(&'l Listening);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Whether the file is something that one process would fetch or build for all.
fn is_wanted(path: &Path) -> bool {
    // A stamp file is empty, and no unfinished library.
    if fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
        return false;
    }
    let is_whole = match inspect(path) {
        FileVerdict::Whole(_) | FileVerdict::Torn(_) | FileVerdict::WrongMachine { .. } => true,
        FileVerdict::NotALibrary(found) => matches!(found, FoundInstead::Archive(_)),
        FileVerdict::Absent | FileVerdict::Unreadable(_) => false,
    };
    is_whole && is_shareable(path)
}
