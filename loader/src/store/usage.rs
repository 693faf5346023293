//! When something in the store was last used, and what for. This is cheap, because it is recorded at most once a day. It does not
//! know what follows from it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::layout::{Key, Shelf, Store};
use crate::digest::Sha256;
use crate::errands::Errand;

/// A use within this time of the last recorded one is not recorded.
const RESOLUTION: Duration = Duration::from_secs(24 * 60 * 60);

/// What something in the store was used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The library's name.
    pub library: String,
    /// The command, such as `probe run`; see [`Settings::command`](crate::Settings::command).
    pub command: String,
    /// The project of the use, if known; see [`Settings::project`](crate::Settings::project).
    pub project: Option<PathBuf>,
}

/// Records that a loader uses the files of a digest, unless one was recorded today.
#[expect(clippy::disallowed_methods, reason = "a use is written down once a day")]
pub(crate) fn note(store: &Store, errand: &Errand<'_>, digest: Sha256) {
    let written = store.record_time(Shelf::Usage, key(digest));
    // A time in the future is a clock that was set back: nothing is older.
    let fresh = written.is_some_and(|time| time.elapsed().is_ok_and(|age| age < RESOLUTION));
    if fresh {
        return;
    }
    let usage = Usage {
        library: errand.library.to_owned(),
        command: errand.settings.command.clone(),
        project: errand.settings.project.clone(),
    };
    // A store that cannot be written to cannot be pruned.
    if store.write_record(Shelf::Usage, key(digest), &usage).is_ok() {
        store.touch_record(Shelf::Usage, key(digest)).ok();
    }
}

/// Returns the last recorded use.
pub(crate) fn last(store: &Store, digest: Sha256) -> Option<(SystemTime, Usage)> {
    let key = key(digest);
    Some((store.record_time(Shelf::Usage, key)?, store.record(Shelf::Usage, key)?))
}

pub(crate) fn forget(store: &Store, digest: Sha256) {
    store.remove_record(Shelf::Usage, key(digest)).ok();
}

fn key(digest: Sha256) -> Key {
    Key::new([b"usage".as_slice(), digest.as_bytes()])
}
