//! What earlier runs came to, kept in `.probe/history.db`: how long tests and imports took, and which tests have not passed
//! since.
//!
//! Never able to fail a run: whatever is wrong with the file is a [`Trouble`] to tell of, and the run goes on without.
//! Knows neither the command line nor how anything is printed.

mod database;
mod file;
mod inbox;
mod last;
mod past;
mod recent;
mod recorder;
mod steadiness;
mod trouble;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_scenario::{Suite, TestId};

use database::Database;
pub(crate) use database::Spent;
use file::Access;
pub(crate) use last::Last;
pub(crate) use past::Past;
pub(crate) use recent::{Entry, Outcome};
pub(crate) use recorder::Recorder;
pub(crate) use steadiness::Steadiness;
pub(crate) use trouble::Trouble;

use crate::dot_probe;

/// How long to wait for other processes before a run begins: their commits take milliseconds.
const READING_PATIENCE: Duration = Duration::from_secs(1);

/// The history of one project, or as much of it as could be opened.
#[derive(Debug)]
pub(crate) struct History {
    root: PathBuf,
    state: State,
    access: Access,
    /// What was found wrong, and not told of yet.
    troubles: Vec<Trouble>,
}

impl History {
    /// Opens the history of the project at `root` to read and to write: one that is not there is begun, one that cannot be
    /// read is replaced.
    pub(crate) fn open(root: &Path) -> Self {
        Self::with(root, Access::Write)
    }

    /// Opens the history of the project at `root` to read it, and leaves it as it is.
    pub(crate) fn look(root: &Path) -> Self {
        Self::with(root, Access::Read)
    }

    fn with(root: &Path, access: Access) -> Self {
        let mut troubles = Vec::new();
        let database = file::open(root, access, READING_PATIENCE, &mut troubles);
        if access == Access::Write {
            troubles.extend(dot_probe::refuses_outputs(root).map(Trouble::Outputs));
        }
        let state = match database {
            Some(database) => State::Open(database),
            None if troubles.contains(&Trouble::Busy) => State::Busy,
            None => State::None,
        };
        Self { root: root.to_owned(), state, access, troubles }
    }

    /// What is known of `tests`, and of all libraries.
    pub(crate) fn past(&mut self, suite: &Suite, tests: &[TestId]) -> Past {
        let State::Open(database) = &self.state else { return Past::unknown(suite) };
        Past::read(database, suite, tests).unwrap_or_else(|error| {
            let trouble = Trouble::of_reading(&error);
            match (trouble, self.access) {
                (Trouble::Damaged { why }, Access::Write) => {
                    let database = file::replace(&self.root, why, &mut self.troubles);
                    self.state = database.map_or(State::None, State::Open);
                }
                (trouble, _) => self.troubles.push(trouble),
            }
            Past::unknown(suite)
        })
    }

    /// By id, what each of `tests` came to when it was last to run.
    pub(crate) fn last(&mut self, suite: &Suite, tests: &[TestId]) -> Vec<Option<Last>> {
        let State::Open(database) = &self.state else { return vec![None; suite.tests.len()] };
        last::read(database, suite, tests).unwrap_or_else(|error| {
            self.troubles.push(Trouble::of_reading(&error));
            vec![None; suite.tests.len()]
        })
    }

    /// By id, what the last import of each library came to that was to fetch or build it.
    pub(crate) fn last_imports(&mut self, suite: &Suite) -> Vec<Option<Entry>> {
        let nothing = || vec![None; suite.libraries.len()];
        let State::Open(database) = &self.state else { return nothing() };
        let last = suite.libraries.iter().map(|library| database.last_import(&library.name));
        last.collect::<rusqlite::Result<_>>().unwrap_or_else(|error| {
            self.troubles.push(Trouble::of_reading(&error));
            nothing()
        })
    }

    /// How long it took as a rule until a service was ready, if that can be said.
    pub(crate) fn of_service(&self, name: &str) -> Option<Duration> {
        match &self.state {
            State::Open(database) => database.library(name).ok().flatten(),
            State::Busy | State::None => None,
        }
    }

    /// The names of all tests that have run; none where that cannot be said.
    pub(crate) fn test_names(&self) -> Vec<String> {
        match &self.state {
            State::Open(database) => database.test_names().unwrap_or_default(),
            State::Busy | State::None => Vec::new(),
        }
    }

    /// What the last process of a test has used, if that can be said.
    pub(crate) fn usage_of(&self, suite: &Suite, test: TestId) -> Option<Spent> {
        match &self.state {
            State::Open(database) => database.usage(past::name(suite, test)).ok().flatten(),
            State::Busy | State::None => None,
        }
    }

    /// The seed of the last run that was shuffled, if there was one and that can be said.
    pub(crate) fn last_shuffle(&self) -> Option<u64> {
        match &self.state {
            State::Open(database) => database.last_shuffle().ok().flatten(),
            State::Busy | State::None => None,
        }
    }

    /// The last runs of a test, the oldest first.
    pub(crate) fn runs_of(&mut self, suite: &Suite, test: TestId) -> Vec<Ran> {
        let State::Open(database) = &self.state else { return Vec::new() };
        let read = || -> rusqlite::Result<Vec<Ran>> {
            let entries = database.entries(past::name(suite, test))?.into_iter();
            entries.map(|entry| Ok(Ran { run: database.run(entry.run)?, entry })).collect()
        };
        read().unwrap_or_else(|error| {
            self.troubles.push(Trouble::of_reading(&error));
            Vec::new()
        })
    }

    /// Leaves nothing of it here.
    fn take(&mut self) -> State {
        std::mem::replace(&mut self.state, State::None)
    }

    /// What was found wrong since the last call.
    pub(crate) fn take_troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }
}

/// A test in an earlier run.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    /// The run's id, and the Unix time of its start; `None` if it is forgotten.
    pub(crate) run: Option<(String, i64)>,
    pub(crate) entry: Entry,
}

/// How much of a history there is.
#[derive(Debug)]
enum State {
    Open(Database),
    /// Other processes were writing it: it may be had later.
    Busy,
    None,
}
