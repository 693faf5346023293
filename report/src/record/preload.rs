//! The preparation of a library, and its result.

use std::time::Duration;

use probe_scenario::LibraryId;

use crate::facts::PreloadHow;

/// The import of a library, or the look whether it is there.
#[derive(Debug)]
pub(crate) struct Preload {
    pub(crate) id: LibraryId,
    /// Since the run began.
    pub(crate) started: Duration,
    /// Unless it was cancelled.
    pub(crate) ended: Option<Duration>,
    /// When it waited without a place in the lane.
    pub(crate) parked: Vec<(Duration, Option<Duration>)>,
    /// Why attempts failed that were followed by others.
    pub(crate) retried: Vec<(Duration, String)>,
    pub(crate) came: PreloadCame,
}

/// The result of a library.
#[derive(Debug)]
pub(crate) enum PreloadCame {
    /// It was cancelled.
    ToNothing,
    Here {
        how: PreloadHow,
        is_confirmed: bool,
        size: u64,
        path: String,
    },
    /// Tests make it, and one has, or not yet.
    Looked {
        is_known: bool,
    },
    /// It is a check that tests have in common, and each of them does it again if it found errors.
    Checked {
        is_clean: bool,
    },
    Failed(NotHere),
}

/// Why a library could not be prepared.
#[derive(Debug)]
pub(crate) struct NotHere {
    /// Whether tests run without it.
    pub(crate) is_spared: bool,
    /// The cause of the failure.
    pub(crate) cause: String,
    /// The cause with the library and the place: fits after "failed to".
    pub(crate) message: String,
    /// The way out, or the output of a command, in several lines.
    pub(crate) help: Option<String>,
}

impl Preload {
    pub(super) fn new(id: LibraryId, started: Duration) -> Self {
        let (parked, retried) = (Vec::new(), Vec::new());
        Self { id, started, ended: None, parked, retried, came: PreloadCame::ToNothing }
    }

    pub(super) fn resume(&mut self, at: Duration) {
        if let Some((_, end @ None)) = self.parked.last_mut() {
            *end = Some(at);
        }
    }

    pub(super) fn end(&mut self, at: Duration, came: PreloadCame) {
        self.resume(at);
        (self.ended, self.came) = (Some(at), came);
    }
}
