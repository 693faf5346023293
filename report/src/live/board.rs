//! The current state of a run: its progress, what runs, what is transferred, and what waits for what.
//!
//! Knows no clock: the caller passes every moment. Does not know how the state is shown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use probe_process::LastLine;
use probe_scenario::TestId;

use super::fit::printable;
use super::rate::Rate;

/// The state of a run as people follow it.
#[derive(Clone, Debug)]
pub struct Board {
    pub(super) started: Instant,
    /// Tests to run.
    pub(super) tests: usize,
    /// Libraries to import.
    pub(super) libraries: usize,
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) blocked: usize,
    /// Tests that have ended.
    pub(super) done: usize,
    /// Libraries that are there, or will not be.
    pub(super) libraries_done: usize,
    pub(super) is_stopping: bool,
    pub(super) running: BTreeMap<TestId, Running>,
    /// By the names of the libraries.
    pub(super) imports: BTreeMap<String, Import>,
}

/// A test that runs.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) name: String,
    pub(super) since: Instant,
    /// Counted from 1.
    pub(super) attempt: u32,
}

/// A library on its way.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// The start of the current work.
    pub(super) since: Instant,
    pub(super) doing: Doing,
}

/// The current work of a preparation.
#[derive(Clone, Debug)]
pub(super) enum Doing {
    /// Downloads or copies.
    Fetching { origin: Option<String>, bytes: u64, total: Option<u64>, rate: Rate },
    /// Runs a command.
    Building { command: String, last: Arc<LastLine> },
    /// Waits for another process that imports it, or for one whose test makes it.
    Waiting { holder: Option<HeldUpBy>, tests: usize },
    /// An attempt has failed; the next one begins at `again`.
    Retrying { cause: String, again: Instant },
}

/// Another process, as it is named in full and in short.
#[derive(Clone, Debug)]
pub(super) struct HeldUpBy {
    pub(super) full: String,
    pub(super) pid: u32,
}

/// The result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Passed,
    Failed,
}

impl Board {
    /// A run that begins at `now`.
    pub fn new(now: Instant) -> Self {
        Self {
            started: now,
            tests: 0,
            libraries: 0,
            passed: 0,
            failed: 0,
            blocked: 0,
            done: 0,
            libraries_done: 0,
            is_stopping: false,
            running: BTreeMap::new(),
            imports: BTreeMap::new(),
        }
    }

    /// The number of tests that have not ended and are not running.
    pub(super) fn waits(&self) -> usize {
        self.tests.saturating_sub(self.done + self.blocked + self.running.len())
    }

    /// An attempt of a test starts.
    pub(super) fn starts(&mut self, id: TestId, name: &str, attempt: u32, now: Instant) {
        self.running.insert(id, Running { name: printable(name), since: now, attempt });
    }

    /// An attempt of a test has ended, and the test may have another one.
    pub(super) fn pauses(&mut self, id: TestId) {
        self.running.remove(&id);
    }

    /// A test has ended.
    pub(super) fn ends(&mut self, id: TestId, ended: Ended) {
        self.pauses(id);
        self.done += 1;
        match ended {
            Ended::Passed => self.passed += 1,
            Ended::Failed => self.failed += 1,
        }
    }

    /// An import begins something else.
    pub(super) fn does(&mut self, library: &str, doing: Doing, now: Instant) {
        self.imports.insert(library.to_owned(), Import { since: now, doing: doing.printable() });
    }

    /// The wait of a library is over.
    pub(super) fn goes_on(&mut self, library: &str) {
        self.imports.remove(library);
    }

    /// Bytes of a library have arrived.
    pub(super) fn transfers(&mut self, library: &str, now: Instant, sent: u64, of: Option<u64>) {
        let Some(import) = self.imports.get_mut(library) else { return };
        match &mut import.doing {
            Doing::Fetching { bytes, total, rate, .. } => {
                (*bytes, *total) = (sent, of);
                rate.note(now, sent);
            }
            // It has gone on by itself.
            Doing::Retrying { .. } | Doing::Waiting { .. } | Doing::Building { .. } => {
                let rate = Rate::new(now, sent);
                let doing = Doing::Fetching { origin: None, bytes: sent, total: of, rate };
                (import.since, import.doing) = (now, doing);
            }
        }
    }

    /// An import is over.
    pub(super) fn imported(&mut self, library: &str) {
        self.imports.remove(library);
        self.libraries_done += 1;
    }

    /// Whether there is anything to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.done + self.blocked >= self.tests && self.libraries_done >= self.libraries
    }
}

impl Doing {
    fn printable(self) -> Self {
        match self {
            Self::Fetching { origin, bytes, total, rate } => {
                let origin = origin.as_deref().map(printable);
                Self::Fetching { origin, bytes, total, rate }
            }
            Self::Building { command, last } => {
                Self::Building { command: printable(&command), last }
            }
            Self::Retrying { cause, again } => Self::Retrying { cause: printable(&cause), again },
            Self::Waiting { holder, tests } => {
                let holder =
                    holder.map(|HeldUpBy { full, pid }| HeldUpBy { full: printable(&full), pid });
                Self::Waiting { holder, tests }
            }
        }
    }
}
