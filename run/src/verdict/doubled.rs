//! Files in caches that are written again and again while tests run: work that one would do for all. Nobody needs to die of it.
//!
//! Heard by the system, so that it costs tests nothing, and only where it can be heard: in caches, two folders deep from the start
//! and deeper in what comes meanwhile; not in the project, and not who it was. Native files and archives count, and only from
//! the third time on: a linker and whoever strips what it made are two.

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

/// Folders that are listened at, and files that are counted: a cache may have a million.
const FOLDERS: usize = 256;
const FILES: usize = 4096;
/// How deep below a cache is listened from the start, and below what comes.
const DEPTH: usize = 2;
const NEW: usize = 6;
/// From how many times on it is told.
const TIMES: usize = 3;
/// Files that are named at most.
const NAMED: usize = 4;

/// A file that was written several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// The file.
    pub path: PathBuf,
    /// How often, at least.
    pub times: usize,
}

/// Listens in caches.
pub(crate) struct Listening {
    ear: Ear,
    times: Mutex<BTreeMap<PathBuf, usize>>,
}

impl Listening {
    /// `None` where the system has no ears left.
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

    /// Ends the listening. What was written by then is heard.
    pub(crate) fn end(&self) {
        self.ear.end();
    }

    /// What was written several times, the most times first, apart from what libraries `declare`. Asked when the listening has
    /// ended.
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

    /// Listens at folders and at those below, level by level, so that no cache takes the ears of all others.
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

/// Does some work, and says which files in caches were written several times meanwhile.
pub fn doubled_during<T>(search: &Search<'_>, work: impl FnOnce() -> T) -> (T, Vec<Doubled>) {
    let Some(listening) = Listening::new() else { return (work(), Vec::new()) };
    thread::scope(|threads| {
        let thread = threads.spawn(|| listening.listen(search.haunts()));
        // Also by panic: the scope waits for the thread.
        let end = End(&listening);
        let done = work();
        drop(end);
        // Of one that has panicked something may be known all the same.
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

/// Whether it is something that one would have fetched or built for all.
fn is_wanted(path: &Path) -> bool {
    // A mark of a time is empty, and no unfinished library.
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
