//! Looks at directories, and says which paths something has happened to; directories that come are looked at, too.
//!
//! A thread of its own, so that a directory that comes while tests run is not missed. Does not know what a change is worth.

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, Sender, unbounded};
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::batch::Seen;
use super::error::WatchError;
use super::places::{Places, lies_in_a_tools};

/// What is looked at, until it is dropped.
#[derive(Debug)]
pub(crate) struct Looker {
    /// What has been seen.
    pub(crate) seen: Receiver<Seen>,
    /// The files that there were at the beginning.
    pub(crate) files: Vec<PathBuf>,
}

impl Looker {
    /// Looks at `base` and all below it from now on.
    ///
    /// # Errors
    ///
    /// The system does not allow that.
    pub(crate) fn start(base: &Path) -> Result<Self, WatchError> {
        let (raw, events) = unbounded();
        let top = base.to_owned();
        let hear = move |event: notify::Result<Event>| {
            let matters = event.as_ref().map_or(true, |event| matters(&top, event));
            if matters {
                // Who looks may have gone.
                let _ = raw.send(event);
            }
        };
        let mut watcher = notify::recommended_watcher(hear)?;
        let Places { directories, files } = Places::below(base);
        for (number, directory) in directories.iter().enumerate() {
            add(&mut watcher, directory).map_err(|error| match error {
                WatchError::Full { .. } => WatchError::Full { directories: number },
                error => error,
            })?;
        }
        let (tell, seen) = unbounded();
        let failed = |error: std::io::Error| WatchError::Failed {
            path: base.to_owned(),
            why: error.to_string(),
        };
        std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || look(watcher, &events, &tell))
            .map_err(failed)?;
        Ok(Self { seen, files })
    }
}

/// Hands on what happens until nobody hears of it.
fn look(
    mut watcher: RecommendedWatcher,
    events: &Receiver<notify::Result<Event>>,
    tell: &Sender<Seen>,
) {
    for event in events {
        let seen = match event {
            Ok(event) if event.need_rescan() => vec![Seen::Lost],
            Ok(event) => event.paths.into_iter().flat_map(|path| of(&mut watcher, path)).collect(),
            Err(error) => vec![Seen::Failed(error.into())],
        };
        for seen in seen {
            if tell.send(seen).is_err() {
                return;
            }
        }
    }
}

/// What it means that something has happened to `path`.
fn of(watcher: &mut RecommendedWatcher, path: PathBuf) -> Vec<Seen> {
    if !path.is_dir() || path.is_symlink() {
        return vec![Seen::Path(path)];
    }
    // What is in it already has told nobody.
    let Places { directories, files } = Places::below(&path);
    let mut seen = Vec::new();
    for directory in &directories {
        match add(watcher, directory) {
            // It may be gone again.
            Ok(()) | Err(WatchError::Failed { .. }) => {}
            Err(error) => seen.push(Seen::Failed(error)),
        }
    }
    seen.extend(files.into_iter().map(Seen::Path));
    seen
}

fn add(watcher: &mut RecommendedWatcher, directory: &Path) -> Result<(), WatchError> {
    match watcher.watch(directory, RecursiveMode::NonRecursive) {
        Ok(()) => Ok(()),
        // It was there a moment ago.
        Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether an event may be a change of something.
fn matters(base: &Path, event: &Event) -> bool {
    let is_a_look = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    };
    event.need_rescan() || !is_a_look && event.paths.iter().any(|path| !lies_in_a_tools(base, path))
}
