//! The thread that writes a run into the history as it goes, so that little is lost when probe is killed, and nobody waits
//! for the disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{Builder, Scope, ScopedJoinHandle};
use std::time::{Duration, SystemTime};

use probe_scenario::{LibraryId, ServiceId, Suite, TestId};

use super::State;
use super::database::{Database, Spent};
use super::file::{self, Access, PATIENCE};
use super::inbox::Inbox;
use super::past::name;
use super::recent::{Entry, Outcome};
use super::trouble::{Kind, Trouble, kind};
use crate::dot_probe;

/// From one commit to the next: each syncs the disk twice, and what a killed probe has not committed is lost.
const PACE: Duration = Duration::from_secs(1);

/// Something to be written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Note {
    RunShuffled {
        seed: u64,
    },
    TestEnded {
        test: TestId,
        outcome: Outcome,
        attempts: u32,
        took: Duration,
        spent: Option<Spent>,
    },
    /// The test was to run and has not come to its end.
    TestOutstanding(TestId),
    /// It was fetched or built, or could not be.
    LibraryImported {
        library: LibraryId,
        outcome: Outcome,
        took: Duration,
    },
    /// It can be used, so long after its start.
    ServiceReady {
        service: ServiceId,
        took: Duration,
    },
    RunEnded {
        exit: u8,
    },
}

/// What is recorded.
#[derive(Clone, Debug)]
pub(super) struct Run<'a> {
    /// The project's directory.
    pub(super) root: PathBuf,
    pub(super) suite: &'a Suite,
    pub(super) id: u64,
}

/// The way to the thread, which ends after this.
#[derive(Debug)]
pub(super) struct Writer<'scope> {
    notes: Arc<Inbox<Note>>,
    thread: Option<ScopedJoinHandle<'scope, Vec<Trouble>>>,
}

impl<'scope> Writer<'scope> {
    /// Starts the thread. Without a history it only clears old outputs away.
    pub(super) fn start<'env: 'scope>(
        threads: &'scope Scope<'scope, 'env>,
        run: Run<'env>,
        history: State,
    ) -> Result<Self, Trouble> {
        let notes = Arc::new(Inbox::new());
        let to_write = Arc::clone(&notes);
        let write = move || {
            let root = run.root.clone();
            let troubles = write(run, history, &to_write);
            // Where nothing could be written, the end of the notes still is the end of the run.
            while to_write.take(PACE).is_some() {}
            dot_probe::clear_outputs(&root);
            dot_probe::clear_runs(&root);
            troubles
        };
        let thread = Builder::new().name("history".to_owned()).spawn_scoped(threads, write);
        let thread = thread.map_err(|error| Trouble::Unwritable { why: error.to_string() })?;
        Ok(Self { notes, thread: Some(thread) })
    }

    /// Leaves a note to the thread.
    pub(super) fn tell(&self, note: Note) {
        self.notes.put(note);
    }

    /// Waits until everything is written, and says what went wrong.
    pub(super) fn finish(mut self) -> Vec<Trouble> {
        self.notes.close();
        let thread = self.thread.take().expect("only this takes it");
        thread.join().unwrap_or_else(|_| {
            vec![Trouble::Unwritable { why: "probe itself panicked; see above".to_owned() }]
        })
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.notes.close();
    }
}

/// Writes until there is nothing more to come, and says what went wrong.
fn write(run: Run<'_>, history: State, notes: &Inbox<Note>) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    let database = match history {
        State::Open(database) => Some(database),
        State::Busy => file::open(&run.root, Access::Write, PATIENCE, &mut troubles),
        State::None => None,
    };
    if let Some(database) = database {
        let pen = Pen { run, database, number: None, started: now(), pending: Vec::new() };
        pen.write(notes, &mut troubles);
    }
    for trouble in troubles.iter_mut().filter(|trouble| **trouble == Trouble::Busy) {
        // Here nobody wanted to know of earlier runs.
        *trouble = Trouble::Locked;
    }
    troubles
}

/// Writes.
struct Pen<'a> {
    run: Run<'a>,
    database: Database,
    /// The run's number, once it is there.
    number: Option<i64>,
    started: i64,
    /// Notes that are not written.
    pending: Vec<Note>,
}

impl Pen<'_> {
    fn write(mut self, notes: &Inbox<Note>, troubles: &mut Vec<Trouble>) {
        while let Some(notes) = notes.take(PACE) {
            self.pending.extend(notes);
            // What cannot be written now may be later: only the last word counts.
            if let Err(error) = self.commit()
                && kind(&error) == Kind::Damaged
            {
                match file::replace(&self.run.root, error.to_string(), troubles) {
                    Some(database) => (self.database, self.number) = (database, None),
                    None => return,
                }
            }
        }
        if !self.pending.is_empty()
            && let Err(error) = self.commit()
        {
            troubles.push(Trouble::of_writing(&error));
        }
    }

    /// Writes what is pending, in one piece.
    fn commit(&mut self) -> rusqlite::Result<()> {
        let now = now();
        let suite = self.run.suite;
        let id = format!("{:016x}", self.run.id);
        let writing = self.database.begin(PATIENCE)?;
        let run = match self.number {
            Some(number) => number,
            None => writing.run_begun(&id, self.started)?,
        };
        for &note in &self.pending {
            match note {
                Note::TestEnded { test, outcome, attempts, took, spent } => {
                    // What ran nothing says nothing about what was wrong before.
                    let passed = (!outcome.says_nothing() || outcome == Outcome::Expected)
                        .then_some(outcome.has_passed() || outcome == Outcome::Expected);
                    let entry = Entry { run, outcome, attempts, took };
                    writing.test_ended(name(suite, test), entry, passed, now)?;
                    if let Some(spent) = spent {
                        writing.test_used(name(suite, test), spent)?;
                    }
                }
                Note::TestOutstanding(test) => writing.test_outstanding(name(suite, test), now)?,
                Note::LibraryImported { library, outcome, took } => {
                    let entry = Entry { run, outcome, attempts: 1, took };
                    writing.library_imported(&suite.libraries[library.index()].name, entry, now)?;
                }
                // No library has a service's name.
                Note::ServiceReady { service, took } => {
                    let entry = Entry { run, outcome: Outcome::Passed, attempts: 1, took };
                    writing.library_imported(&suite.services[service.index()].name, entry, now)?;
                }
                Note::RunShuffled { seed } => writing.run_shuffled(run, seed)?,
                Note::RunEnded { exit } => writing.run_ended(run, &id, now, exit)?,
            }
        }
        writing.commit()?;
        self.number = Some(run);
        self.pending.clear();
        Ok(())
    }
}

/// Seconds of Unix time; 0 before that.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
