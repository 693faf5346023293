//! The results of a run, test by test and library by library, for reports that are documents: each begins with sums that are
//! known only at the end.
//!
//! Kept only if the user asked for such a report. Does not know the format of any report.

mod case;
mod output;
mod preload;
mod served;
mod suspected;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use probe_scenario::{LibraryId, TestId, write_duration};

use super::clock::time_of_day;
use super::describe;
use super::facts::{
    Fact, Finish, Process, Seconds, ServiceSaid, Status, StopCause, Subtest, TestName,
};
use super::outline::Outline;
pub(super) use case::{Came, Case, End, Ran};
pub(super) use output::{Kept, Outputs};
use preload::NotHere;
pub(super) use preload::{Preload, PreloadCame};
pub(super) use served::{Served, ServedCame};
pub(super) use suspected::{Duplicate, Suspected};

/// The words for a run whose log has no end: it was…
const CUT_OFF: &str = "cut off (its log has no end)";

/// A run.
#[derive(Debug)]
pub(super) struct Record {
    /// The tests, libraries and services of the run.
    pub(super) outline: Outline,
    pub(super) began: Began,
    /// In the order of the manifest.
    pub(super) tests: Vec<Case>,
    /// In the order in which they started.
    pub(super) libraries: Vec<Preload>,
    /// In the order in which they started.
    pub(super) services: Vec<Served>,
    pub(super) suspicions: Vec<Suspected>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) stop: Option<StopCause<'static>>,
    /// Whether it has no end: probe was killed.
    pub(super) is_cut_off: bool,
    pub(super) took: Duration,
    /// The lower bound of every peak of memory, in bytes.
    pub(super) peak_floor: Option<u64>,
    outputs: Outputs,
    /// By [`LibraryId`], where the library is among `libraries`.
    preloads: Vec<Option<usize>>,
}

/// The facts at the beginning of a run.
#[derive(Debug, Default)]
pub(super) struct Began {
    /// The version of probe.
    pub(super) probe: String,
    /// Names the run.
    pub(super) run: String,
    /// The time of day.
    pub(super) clock: DateTime<Utc>,
    /// Tests that run at once.
    pub(super) jobs: usize,
    /// The seed of the order of starts, if the order is random.
    pub(super) shuffle: Option<u64>,
    /// Which part of the suite it is, if machines share it: `2/4`.
    pub(super) shard: Option<String>,
    /// Tests that are not selected.
    pub(super) skipped: usize,
}

impl Record {
    /// Nothing has happened yet. Output is kept in unnamed files of `directory`.
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        Ok(Self {
            outline: Outline::default(),
            began: Began::default(),
            tests: Vec::new(),
            libraries: Vec::new(),
            services: Vec::new(),
            suspicions: Vec::new(),
            duplicates: Vec::new(),
            stop: None,
            is_cut_off: false,
            took: Duration::ZERO,
            peak_floor: None,
            outputs: Outputs::new(directory)?,
            preloads: Vec::new(),
        })
    }

    /// Takes a fact.
    ///
    /// # Errors
    ///
    /// Fails if an output cannot be stored.
    pub(super) fn fact(&mut self, at: Seconds, fact: &Fact<'_>) -> io::Result<()> {
        let at = at.duration();
        // Known as long as nothing says how long the run took.
        self.took = self.took.max(at);
        match fact {
            Fact::RunStarted { probe, run, clock, jobs, shuffle, shard, skipped, .. } => {
                let (probe, run) = (probe.clone().into_owned(), run.clone().into_owned());
                // The reader of the log has already checked it.
                let clock = time_of_day(clock).unwrap_or_default();
                let (jobs, shuffle, skipped) = (*jobs, *shuffle, *skipped);
                let shard = shard.as_ref().map(|shard| format!("{}/{}", shard.number, shard.of));
                self.began = Began { probe, run, clock, jobs, shuffle, shard, skipped };
            }
            Fact::LibraryPlanned(_) => {
                self.outline.hear(fact);
                self.preloads.push(None);
            }
            Fact::ServicePlanned(_) => self.outline.hear(fact),
            Fact::TestsPlanned(planned) => {
                self.outline.hear(fact);
                self.tests.extend(planned.tests.iter().map(|planned| Case::new(planned.test.id())));
            }
            Fact::PreloadStarted { library } => {
                self.preload(library.id(), at);
            }
            Fact::PreloadParked { library } => {
                self.preload(library.id(), at).parked.push((at, None));
            }
            Fact::PreloadResumed { library } => self.preload(library.id(), at).resume(at),
            Fact::PreloadRetrying { library, cause, .. } => {
                self.preload(library.id(), at).retried.push((at, cause.clone().into_owned()));
            }
            Fact::PreloadPassed { library, how, is_confirmed, path, size, .. } => {
                let (how, is_confirmed, size) = (*how, *is_confirmed, *size);
                let path = path.clone().into_owned();
                let came = PreloadCame::Here { how, is_confirmed, size, path };
                self.preload(library.id(), at).end(at, came);
            }
            Fact::PreloadLooked { library, is_known } => {
                let came = PreloadCame::Looked { is_known: *is_known };
                self.preload(library.id(), at).end(at, came);
            }
            Fact::PreloadChecked { library, is_clean, .. } => {
                let came = PreloadCame::Checked { is_clean: *is_clean };
                self.preload(library.id(), at).end(at, came);
            }
            Fact::PreloadFailed { library, cause, message, help, blocked, is_spared, .. } => {
                let failure = NotHere {
                    is_spared: *is_spared,
                    cause: cause.clone().into_owned(),
                    message: message.clone().into_owned(),
                    help: help.as_ref().map(|help| help.clone().into_owned()),
                };
                let id = library.id();
                self.preload(id, at).end(at, PreloadCame::Failed(failure));
                for test in blocked {
                    self.test(test.id()).came = Came::BlockedByLibrary(id);
                }
            }
            Fact::ServiceStarting { service, of } => {
                self.services.push(Served::new(service, of, at));
            }
            Fact::ServiceReady { service, of, ports, .. } => {
                let place = self.service(service, of, at);
                self.services[place].is_ready(at, ports);
            }
            Fact::ServiceFailed { service, of, cause, lines, blocked, .. } => {
                let place = self.service(service, of, at);
                self.services[place].end(at, ServedCame::Failed, cause, lines);
                self.block_by(place, blocked);
            }
            Fact::ServiceDied { service, of, cause, lines, blocked, .. } => {
                let place = self.service(service, of, at);
                // It may have been to start again.
                if self.services[place].ended.is_none() {
                    self.services[place].end(at, ServedCame::Died, cause, lines);
                }
                self.block_by(place, blocked);
            }
            Fact::ServiceRestarting { service, of, cause, lines, .. } => {
                let place = self.service(service, of, at);
                self.services[place].end(at, ServedCame::Restarted, cause, lines);
            }
            Fact::ServiceBlocks { service, blocked } => {
                let lost = self.services.iter().rposition(|served| served.name == **service);
                let place = lost.unwrap_or_else(|| self.service(service, "", at));
                self.block_by(place, blocked);
            }
            Fact::ServiceStopping { service, of } => {
                let place = self.service(service, of, at);
                self.services[place].stopping = Some(at);
            }
            Fact::ServiceStopped { service, of, cause, .. } => {
                let place = self.service(service, of, at);
                self.services[place].end(at, ServedCame::Stopped, cause, &[]);
            }
            Fact::ServiceTrouble { service, of, command, cause, lines } => {
                let place = self.service(service, of, at);
                self.services[place].is_in_trouble(command, cause, lines);
            }
            Fact::TestStarted { test, attempt, slot } => {
                let ran = Ran { number: *attempt, slot: *slot, started: at, end: None };
                self.test(test.id()).add(ran);
            }
            // That it could not be started does not count.
            Fact::TestPostponed { test, .. } => drop(self.test(test.id()).attempts.pop()),
            Fact::TestRaced { test, process, .. } | Fact::TestRetried { test, process, .. } => {
                self.attempt_ended(at, test.id(), process)?;
            }
            Fact::TestEnded { test, status, process, .. } => {
                self.attempt_ended(at, test.id(), process)?;
                self.test(test.id()).came = Came::To(*status);
            }
            Fact::TestGivenUp { test } => self.test(test.id()).came = Came::GivenUp,
            Fact::TestsBlocked { by, tests } => {
                for test in tests {
                    self.test(test.id()).came = Came::BlockedByTest(by.id());
                }
            }
            Fact::RunStopping { why } => self.stop = Some(why.to_owned()),
            Fact::RunEnded { took, peak_floor, suspicions, duplicates, .. } => {
                self.suspicions = suspicions.iter().map(Suspected::new).collect();
                self.duplicates = duplicates.iter().map(Duplicate::new).collect();
                self.took = took.duration();
                self.peak_floor = *peak_floor;
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing more is known of the run: it has no end.
    pub(super) fn cut_off(&mut self) {
        self.is_cut_off = true;
    }

    /// The text of an output: the whole of a short one, the beginning and the end of a long one.
    pub(super) fn text(&self, kept: &Kept) -> io::Result<String> {
        self.outputs.text(kept)
    }

    /// The time of day at `at`.
    pub(super) fn time(&self, at: Duration) -> DateTime<Utc> {
        self.began.clock + at
    }

    /// Why the run ended before everything had run, in words that fit after "it was"; `None` if it did not.
    pub(super) fn why_stopped(&self) -> Option<String> {
        let stopped = self.stop.as_ref().map(|stop| match stop {
            StopCause::Signal(signal) => format!("stopped by {signal}"),
            StopCause::MaxFailures(1) => "stopped after the first failure".to_owned(),
            StopCause::MaxFailures(count) => format!("stopped after {count} failures"),
            StopCause::RunTimeout(limit) => {
                format!("stopped by its `run-timeout` of {}", write_duration(limit.duration()))
            }
        });
        match (stopped, self.is_cut_off) {
            (stopped, false) => stopped,
            (None, true) => Some(CUT_OFF.to_owned()),
            (Some(stopped), true) => Some(format!("{stopped}, and {CUT_OFF}")),
        }
    }

    /// Why a test did not run, in words; `None` if it did.
    pub(super) fn why_not_run(&self, test: &Case) -> Option<String> {
        match test.came {
            Came::To(Status::Empty) => Some("nothing ran in it".to_owned()),
            Came::To(Status::Skip) => Some(match test.last_end() {
                Some((_, End { ending: Finish::Skipped { reason }, .. })) if !reason.is_empty() => {
                    reason.clone().into_owned()
                }
                _ => "it has skipped itself".to_owned(),
            }),
            Came::To(_) | Came::GivenUp => None,
            Came::BlockedByLibrary(id) => {
                let mut libraries = self.libraries.iter();
                let cause = libraries.find_map(|library| match &library.came {
                    PreloadCame::Failed(failure) if library.id == id => Some(&failure.cause),
                    _ => None,
                });
                let (cause, name) =
                    (cause.map_or("", |cause| cause), self.outline.library_name(id));
                Some(format!("dependency failed: library {name}: {cause}"))
            }
            Came::BlockedByService(place) => {
                let Served { name, cause, .. } = &self.services[place];
                Some(format!("dependency failed: service {name}: {cause}"))
            }
            Came::BlockedByTest(id) if self.tests[id.index()].has_run_nothing() => {
                Some(format!("it comes after {}, which was skipped", self.outline.test(id)))
            }
            Came::BlockedByTest(id) => {
                Some(format!("dependency failed: test {}", self.outline.test(id)))
            }
            Came::ToNothing if self.is_cut_off => Some(match test.attempts.is_empty() {
                true => format!("not run: the run was {CUT_OFF}"),
                false => format!("it did not end: the run was {CUT_OFF}"),
            }),
            Came::ToNothing => Some(match &self.stop {
                Some(StopCause::Signal(signal)) => {
                    format!("not run: the run was stopped by {signal}")
                }
                Some(StopCause::MaxFailures(count)) => {
                    format!("not run: {count} failed before it")
                }
                Some(StopCause::RunTimeout(limit)) => format!(
                    "not run: the run was stopped by its `run-timeout` of {}",
                    write_duration(limit.duration())
                ),
                None => "not run".to_owned(),
            }),
        }
    }

    fn attempt_ended(&mut self, at: Duration, id: TestId, process: &Process<'_>) -> io::Result<()> {
        let output = self.outputs.keep(&process.output)?;
        let verdict = process.verdict.iter().flat_map(|account| &account.lines);
        let aside = process.aside.iter().map(|line| line.clone().into_owned());
        let left = process.left_behind.iter();
        let end = End {
            took: process.took.duration(),
            usage: process.usage,
            ending: process.ending.to_owned(),
            output,
            tests: process.tests,
            subtests: process.subtests.iter().map(Subtest::to_owned).collect(),
            left_out: process.subtests_left_out,
            whole: process.whole.iter().map(|path| path.clone().into_owned()).collect(),
            verdict: aside
                .chain(verdict.map(|line| line.clone().into_owned()))
                .chain(process.services.iter().flat_map(said_last))
                .collect(),
            left: left.map(|left| describe::left(left.pid, &left.command)).collect(),
        };
        let test = self.test(id);
        let last = test.attempts.last();
        if last.is_none_or(|last| last.end.is_some()) {
            // A process that could not start ends at once.
            let number = last.map_or(1, |last| last.number.saturating_add(1));
            test.add(Ran { number, slot: 0, started: at, end: None });
        }
        test.attempts.last_mut().expect("one was made").end = Some(end);
        Ok(())
    }

    fn test(&mut self, id: TestId) -> &mut Case {
        &mut self.tests[id.index()]
    }

    /// The index of the last life of this instance of a service. Begins a life with the first fact about it.
    fn service(&mut self, name: &str, of: &str, at: Duration) -> usize {
        let is_it = |served: &Served| served.name == name && served.of == of;
        let known = self.services.iter().rposition(is_it);
        known.unwrap_or_else(|| {
            self.services.push(Served::new(name, of, at));
            self.services.len() - 1
        })
    }

    fn block_by(&mut self, place: usize, blocked: &[TestName<'_>]) {
        for test in blocked {
            self.test(test.id()).came = Came::BlockedByService(place);
        }
    }

    /// The preparation of a library. Begins one with the first fact about it.
    fn preload(&mut self, id: LibraryId, at: Duration) -> &mut Preload {
        let place = *self.preloads[id.index()].get_or_insert_with(|| {
            self.libraries.push(Preload::new(id, at));
            self.libraries.len() - 1
        });
        &mut self.libraries[place]
    }
}

/// The last words of a service, as lines below a failure.
fn said_last(said: &ServiceSaid<'_>) -> Vec<String> {
    let head = format!("service {} said last:", said.service);
    let lines = said.lines.iter().map(|line| format!("  {line}"));
    std::iter::once(head).chain(lines).collect()
}
