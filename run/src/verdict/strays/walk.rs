//! Walks through directories for files that appeared or changed, with limits on entries and time. Looks only at names and
//! times.

use std::collections::VecDeque;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::haunts::Haunts;
use crate::verdict::said::has_suffix;

/// File times come from a clock that ticks every few milliseconds.
const TICK: Duration = Duration::from_millis(5);
/// The largest number of entries below one directory, the nearest first. A cache with a million entries must not delay the walk
/// or hide other caches.
const ENTRIES: usize = 20_000;
/// The longest time of a walk. In that time a network file system lists some hundred entries, and a disk all of them.
const LONGEST: Duration = Duration::from_secs(2);
/// The largest number of files to remember.
const TRACES: usize = 4096;

/// Directories that hold neither what a test loads nor what it makes: version control, installed packages, a compiler's files.
const NOT_ENTERED: [&str; 8] =
    [".git", ".hg", ".svn", ".probe", "site-packages", "dist-packages", "target", ".direnv"];

/// The state of a walk.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) begun: SystemTime,
    pub(super) traces: Vec<Trace>,
}

/// A file that came or changed, or one whose name is a library's.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) path: PathBuf,
    pub(super) times: Times,
    /// The file lies in a cache and has the name of a library. Such files are kept even if they are old.
    pub(super) may_be_torn: bool,
}

/// When a file was written and when it was created. An unpacked file may have an old modification time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) written: SystemTime,
    /// Unknown to some file systems.
    came: Option<SystemTime>,
}

impl Times {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Self { written, came: metadata.created().ok() }
    }

    /// The later one.
    pub(super) fn last(self) -> SystemTime {
        self.came.map_or(self.written, |came| came.max(self.written))
    }

    /// Whether the file was there by `end`, as far as clocks tell. It may have been written since.
    pub(super) fn are_before(self, end: SystemTime) -> bool {
        let first = self.came.map_or(self.written, |came| came.min(self.written));
        first <= end + TICK
    }

    /// Whether one of the times is not before `start`, as far as clocks tell.
    pub(super) fn are_since(self, start: SystemTime) -> bool {
        self.last() + TICK >= start
    }
}

impl Walk {
    /// Searches all haunts for files that appeared or changed `since` then.
    pub(super) fn all(haunts: &Haunts, since: SystemTime) -> Self {
        let mut walker = Walker::new(haunts, since);
        haunts.caches.iter().for_each(|root| walker.below(root, true));
        haunts.projects.iter().for_each(|root| walker.below(root, false));
        walker.at_once_in(&haunts.temporary);
        // Installed packages have many files, and come last.
        let installed = std::mem::take(&mut walker.installed);
        installed.iter().for_each(|root| walker.below(root, false));
        walker.walk
    }

    /// Searches a few directories.
    pub(super) fn few(haunts: &Haunts, places: &[PathBuf], since: SystemTime) -> Self {
        let mut walker = Walker::new(haunts, since);
        places.iter().for_each(|root| walker.below(root, false));
        walker.walk
    }
}

impl Walk {
    /// Searches one directory, without subdirectories.
    pub(super) fn flat(haunts: &Haunts, directory: &Path, since: SystemTime) -> Self {
        let mut walker = Walker::new(haunts, since);
        for entry in fs::read_dir(directory).into_iter().flatten().flatten().take(ENTRIES) {
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                walker.note(entry.path(), &metadata, false);
            }
        }
        walker.walk
    }
}

struct Walker<'a> {
    haunts: &'a Haunts,
    since: SystemTime,
    deadline: Instant,
    walk: Walk,
    installed: Vec<PathBuf>,
}

impl<'a> Walker<'a> {
    fn new(haunts: &'a Haunts, since: SystemTime) -> Self {
        Self {
            haunts,
            since,
            deadline: Instant::now() + LONGEST,
            walk: Walk { begun: SystemTime::now(), traces: Vec::new() },
            installed: Vec::new(),
        }
    }

    /// Searches level by level, so that near files come before deep ones.
    fn below(&mut self, root: &Path, is_cache: bool) {
        let mut open = VecDeque::from([root.to_owned()]);
        let mut entries = 0;
        while let Some(directory) = open.pop_front() {
            for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
                entries += 1;
                let is_over = entries % 64 == 0 && Instant::now() >= self.deadline;
                if entries > ENTRIES || is_over || self.walk.traces.len() >= TRACES {
                    return;
                }
                let (path, name) = (entry.path(), entry.file_name());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => {
                        let is_known =
                            name.to_str().is_some_and(|name| NOT_ENTERED.contains(&name));
                        if name == "node_modules" && !is_cache && directory != *root {
                            self.installed.push(path);
                        } else if name == "node_modules" && !is_cache {
                            self.installed.insert(0, path);
                        } else if !is_known && !self.haunts.never.contains(&path) {
                            open.push_back(path);
                        }
                    }
                    Ok(kind) if kind.is_file() => {
                        let Ok(metadata) = entry.metadata() else { continue };
                        self.note(path, &metadata, is_cache);
                    }
                    // The target of a link is searched where it lies.
                    Ok(_) | Err(_) => {}
                }
            }
        }
    }

    /// Finds libraries directly in a directory: runtimes unpack them there.
    fn at_once_in(&mut self, directory: &Path) {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten().take(ENTRIES) {
            let path = entry.path();
            if path.to_str().is_some_and(has_suffix)
                && let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                self.note(path, &metadata, false);
            }
        }
    }

    fn note(&mut self, path: PathBuf, metadata: &Metadata, is_cache: bool) {
        if metadata.len() == 0 {
            return;
        }
        let times = Times::of(metadata);
        let may_be_torn = is_cache && path.to_str().is_some_and(has_suffix);
        if may_be_torn || times.are_since(self.since) {
            self.walk.traces.push(Trace { path, times, may_be_torn });
        }
    }
}
