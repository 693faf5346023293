//! What has been seen, gathered until nothing more comes: an editor that saves a file, and a checkout, are one change each.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::error::WatchError;

/// Nothing has happened for so long: it is all.
const QUIET: Duration = Duration::from_millis(60);
/// What goes on for longer is looked at in parts.
const LONGEST: Duration = Duration::from_secs(2);

/// Something that was seen.
#[derive(Debug)]
pub(crate) enum Seen {
    /// Something has happened to this path.
    Path(PathBuf),
    /// So much has happened that not all of it is known.
    Lost,
    /// Something can be watched no more.
    Failed(WatchError),
}

/// What has come together.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) paths: BTreeSet<PathBuf>,
    /// Whether not all of it is known.
    pub(crate) is_lost: bool,
    pub(crate) failed: Option<WatchError>,
}

impl Gathered {
    fn add(&mut self, seen: Seen) {
        match seen {
            Seen::Path(path) => drop(self.paths.insert(path)),
            Seen::Lost => self.is_lost = true,
            Seen::Failed(error) => self.failed = Some(error),
        }
    }
}

/// What has been seen, `first` included, until nothing more comes.
pub(crate) fn gathered(first: Option<Seen>, seen: &Receiver<Seen>) -> Gathered {
    let mut gathered = Gathered::default();
    first.into_iter().for_each(|seen| gathered.add(seen));
    let until = Instant::now() + LONGEST;
    while Instant::now() < until
        && let Ok(seen) = seen.recv_timeout(QUIET)
    {
        gathered.add(seen);
    }
    gathered
}
