//! Makes facts from events. Everything that probe keeps and writes about a run passes through here.
//!
//! Knows no report.

mod places;
mod planning;
mod process;

use std::borrow::Cow;
use std::path::Path;

use probe_run::{Attempt, Event, ImportFailure, Owner, Stop, Summary, Work};
use probe_scenario::{LibraryId, Suite, TestId};

use super::fact::Fact;
use super::line::VERSION;
use super::preload::{HeldBy, ImportAttempt, PreloadHow, PreloadWork};
use super::status::Status;
use super::stopping::{LibraryRunning, StopCause, TestRunning};
use super::suspected::{Duplicate, Suspected};
use crate::clock::rfc3339;
use crate::describe::{self, signal_name};
pub(crate) use places::Places;
pub(crate) use planning::planning;
use process::{Follows, outcome, process};

/// Makes facts from the events of one run.
#[derive(Debug)]
pub struct Told<'s> {
    places: Places<'s>,
}

/// How much a fact says about a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    Whole,
    /// How it ended, and how long that took.
    Outcome,
}

impl<'s> Told<'s> {
    /// Makes facts for a run of these tests of a suite.
    pub fn new(suite: &'s Suite, tests: &[TestId]) -> Self {
        Self { places: Places::of_run(suite, tests) }
    }

    /// Says whether the run is one shard of several. If so, tests and libraries have their places among all of the project.
    #[must_use]
    pub fn as_part(mut self, is_part: bool) -> Self {
        self.places.is_part = is_part;
        self
    }

    /// The tests of the run, in the order of its plan.
    pub fn tests(&self) -> &[TestId] {
        self.places.planned()
    }

    /// The libraries of the run, in the order of its plan.
    pub fn libraries(&self) -> &[LibraryId] {
        self.places.planned_libraries()
    }

    /// The plan of the run: the facts that follow its beginning.
    pub fn planning(&self) -> impl Iterator<Item = Fact<'_>> {
        planning(&self.places)
    }

    /// The fact for an event. `None` for events about the terminal.
    pub fn fact<'e>(&'e self, event: &Event<'e>) -> Option<Fact<'e>> {
        self.of(event, Detail::Whole)
    }

    /// Like [`fact`](Self::fact), but of a process only its ending and its duration. The cost does not depend on the output
    /// and the findings of a test.
    pub fn outcome<'e>(&'e self, event: &Event<'e>) -> Option<Fact<'e>> {
        self.of(event, Detail::Outcome)
    }

    fn of<'e>(&'e self, event: &Event<'e>, detail: Detail) -> Option<Fact<'e>> {
        let process = |attempt: &'e Attempt, finding, follows, whole| match detail {
            Detail::Whole => process(&self.places, attempt, finding, follows, whole),
            Detail::Outcome => outcome(attempt),
        };
        Some(match *event {
            Event::LibraryOpened { .. } | Event::Suspending | Event::Resumed => return None,
            Event::Started { extent, clock } => Fact::RunStarted {
                version: VERSION,
                probe: env!("CARGO_PKG_VERSION").into(),
                run: format!("{:016x}", extent.run_id).into(),
                clock: rfc3339(clock.into()).into(),
                tests: extent.tests,
                libraries: extent.libraries,
                services: extent.services,
                skipped: extent.skipped,
                jobs: extent.jobs,
                shuffle: extent.shuffle,
                shard: extent.shard.map(Into::into),
            },
            Event::PreloadStarted { id, .. } => {
                Fact::PreloadStarted { library: self.places.library(id) }
            }
            Event::Importing { id, work, .. } => {
                let (does, what) = match work {
                    Work::Build(command, _) => (PreloadWork::Build, command),
                    Work::Fetch(origin) => (PreloadWork::Fetch, origin),
                };
                Fact::PreloadWorking { library: self.places.library(id), does, what: what.into() }
            }
            Event::Transferred { id, bytes, total, .. } => {
                Fact::PreloadTransferred { library: self.places.library(id), bytes, total }
            }
            Event::PreloadParked { id, .. } => {
                Fact::PreloadParked { library: self.places.library(id) }
            }
            Event::PreloadResumed { id, .. } => {
                Fact::PreloadResumed { library: self.places.library(id) }
            }
            Event::PreloadWaiting { id, holder, waited, .. } => Fact::PreloadWaiting {
                library: self.places.library(id),
                holder: holder.map(HeldBy::from),
                waited: waited.into(),
            },
            Event::PreloadRetrying { id, cause, delay, .. } => Fact::PreloadRetrying {
                library: self.places.library(id),
                cause: cause.into(),
                delay: delay.into(),
            },
            Event::PreloadPassed { id, imported, took, .. } => {
                let (how, is_confirmed) = PreloadHow::of(imported.how);
                Fact::PreloadPassed {
                    library: self.places.library(id),
                    how,
                    is_confirmed,
                    path: imported.path.to_string_lossy(),
                    sha256: imported.digest.to_string().into(),
                    size: imported.size,
                    waited: imported.waited.into(),
                    took: took.into(),
                }
            }
            Event::PreloadFailed { id, failure, took, blocked, spared, .. } => {
                let ImportFailure { cause, message, attempts, help } = failure;
                let attempts = attempts
                    .iter()
                    .map(|(origin, cause)| ImportAttempt {
                        origin: origin.into(),
                        cause: cause.into(),
                    })
                    .collect();
                Fact::PreloadFailed {
                    library: self.places.library(id),
                    cause: cause.into(),
                    message: message.into(),
                    help: help.as_deref().map(Cow::Borrowed),
                    attempts,
                    blocked: self.places.tests(blocked),
                    is_spared: spared,
                    took: took.into(),
                }
            }
            Event::Looked { id, is_known, .. } => {
                Fact::PreloadLooked { library: self.places.library(id), is_known }
            }
            Event::Checked { id, is_clean, took, .. } => Fact::PreloadChecked {
                library: self.places.library(id),
                is_clean,
                took: took.into(),
            },
            Event::MovedAside { id, aside, .. } => Fact::LibraryMovedAside {
                library: self.places.library(id),
                condition: (&*aside.why).into(),
                from: aside.from.to_string_lossy(),
                to: aside.to.to_string_lossy(),
            },
            Event::LedElsewhere { id, holder, waited, tests, .. } => Fact::TestsWaitingForLeader {
                library: self.places.library(id),
                holder: holder.map(HeldBy::from),
                tests,
                waited: waited.into(),
            },
            Event::ServiceStarting { service, owner, .. } => {
                Fact::ServiceStarting { service: (&service.name).into(), of: said(owner) }
            }
            Event::ServiceReady { service, owner, ground, took, .. } => Fact::ServiceReady {
                service: (&service.name).into(),
                of: said(owner),
                ports: ground.ports.clone(),
                took: took.into(),
            },
            Event::ServiceFailed { service, owner, end, blocked, .. } => Fact::ServiceFailed {
                service: (&service.name).into(),
                of: said(owner),
                cause: end.how.to_string().into(),
                lines: end.lines.iter().map(Cow::from).collect(),
                blocked: self.places.tests(blocked),
                took: end.took.into(),
            },
            Event::ServiceDied { service, owner, end, bereft, blocked, .. } => Fact::ServiceDied {
                service: (&service.name).into(),
                of: said(owner),
                cause: end.how.to_string().into(),
                lines: end.lines.iter().map(Cow::from).collect(),
                running: self.places.tests(bereft),
                blocked: self.places.tests(blocked),
                took: end.took.into(),
            },
            Event::ServiceRestarting {
                service,
                owner,
                end,
                was_ready,
                bereft,
                number,
                of,
                delay,
                ..
            } => Fact::ServiceRestarting {
                service: (&service.name).into(),
                of: said(owner),
                cause: end.how.to_string().into(),
                lines: end.lines.iter().map(Cow::from).collect(),
                was_ready,
                running: self.places.tests(bereft),
                restart: number,
                restarts: of,
                delay: delay.into(),
                took: end.took.into(),
            },
            Event::ServiceBlocks { service, blocked, .. } => Fact::ServiceBlocks {
                service: (&service.name).into(),
                blocked: self.places.tests(blocked),
            },
            Event::ServiceStopping { service, owner, .. } => {
                Fact::ServiceStopping { service: (&service.name).into(), of: said(owner) }
            }
            Event::ServiceTrouble { service, owner, trouble, .. } => Fact::ServiceTrouble {
                service: (&service.name).into(),
                of: said(owner),
                command: trouble.errand.to_string().into(),
                cause: (&trouble.how).into(),
                lines: trouble.lines.iter().map(Cow::from).collect(),
            },
            Event::ServiceStopped { service, owner, end, .. } => Fact::ServiceStopped {
                service: (&service.name).into(),
                of: said(owner),
                cause: end.how.to_string().into(),
                took: end.took.into(),
            },
            Event::TestLeads { id, led, .. } => {
                Fact::TestLeads { test: self.places.test(id), library: self.places.library(led) }
            }
            Event::TestStarted { id, number, slot, .. } => {
                Fact::TestStarted { test: self.places.test(id), attempt: number, slot }
            }
            Event::TestSlow { id, running, .. } => {
                Fact::TestSlow { test: self.places.test(id), running: running.into() }
            }
            Event::TestExamined { id, .. } => Fact::TestExamined { test: self.places.test(id) },
            Event::TestAwaits { id, path, waited, .. } => Fact::TestAwaits {
                test: self.places.test(id),
                path: path.to_string_lossy(),
                waited: waited.into(),
            },
            Event::TestPostponed { id, reason, delay, .. } => Fact::TestPostponed {
                test: self.places.test(id),
                reason: reason.into(),
                delay: delay.into(),
            },
            Event::TestRaced { id, attempt, number, finding, delay, whole, .. } => {
                Fact::TestRaced {
                    test: self.places.test(id),
                    attempt: number,
                    process: process(attempt, Some(finding), Follows::Race, whole),
                    delay: delay.into(),
                }
            }
            Event::TestRetried { id, attempt, number, of, delay, finding, whole, .. } => {
                Fact::TestRetried {
                    test: self.places.test(id),
                    attempt: number,
                    attempts: of,
                    process: process(attempt, finding, Follows::Anything, whole),
                    delay: delay.into(),
                }
            }
            Event::TestEnded { id, attempt, number, races, finding, whole, .. } => {
                Fact::TestEnded {
                    test: self.places.test(id),
                    status: Status::new(attempt, number, races),
                    attempt: number,
                    races,
                    process: process(attempt, finding, Follows::Anything, whole),
                }
            }
            Event::TestGivenUp { id, .. } => Fact::TestGivenUp { test: self.places.test(id) },
            Event::TestsBlocked { by, blocked } => {
                Fact::TestsBlocked { by: self.places.test(by), tests: self.places.tests(blocked) }
            }
            Event::Warning(text) => Fact::Warning { text: text.into() },
            Event::CommandLeft { command, left } => {
                let left: Vec<String> = left.iter().map(describe::process).collect();
                let text =
                    format!("`{command}` left behind, and they were killed: {}", left.join(", "));
                Fact::Warning { text: text.into() }
            }
            Event::BuildCutShort { cut, library } => {
                let text = format!("library `{}`: {}", library.name, describe::cut_short(cut));
                Fact::Warning { text: text.into() }
            }
            Event::RunTimedOut(overtime) => Fact::RunTimedOut {
                limit: overtime.limit.into(),
                tests: overtime
                    .tests
                    .iter()
                    .map(|&(id, running)| TestRunning {
                        test: self.places.test(id),
                        running: running.into(),
                    })
                    .collect(),
                libraries: overtime
                    .libraries
                    .iter()
                    .map(|&(id, running)| LibraryRunning {
                        library: self.places.library(id),
                        running: running.into(),
                    })
                    .collect(),
                not_started: self.places.tests(&overtime.not_started),
            },
            Event::Stopping(why) => Fact::RunStopping {
                why: match why {
                    Stop::Signal(signal) => StopCause::Signal(signal_name(signal)),
                    Stop::MaxFailures(failures) => StopCause::MaxFailures(failures),
                    Stop::RunTimeout(limit) => StopCause::RunTimeout(limit.into()),
                },
            },
            Event::Ended(summary) => ended(&self.places, summary),
        })
    }
}

fn ended<'e>(places: &'e Places<'_>, summary: &Summary) -> Fact<'e> {
    let path = |path: &Path| Cow::Owned(path.to_string_lossy().into_owned());
    let suspicions = summary.suspicions().into_iter().map(|suspicion| Suspected {
        folder: path(&suspicion.folder),
        words: suspicion.words.into_iter().map(Cow::Borrowed).collect(),
        came: suspicion.came.iter().map(|file| path(file)).collect(),
        tests: places.tests(&suspicion.tests),
    });
    let duplicates = summary
        .doubled()
        .map(|doubled| Duplicate { path: path(&doubled.path), times: doubled.times });
    Fact::RunEnded {
        exit_code: summary.exit().code(),
        run: summary.run(),
        passed: summary.passed,
        failed: summary.failed.len(),
        expected: summary.expected.len(),
        flaky: summary.flaky.len(),
        recovered: summary.recovered.len(),
        empty: summary.empty.len(),
        skips: summary.skips.len() + summary.after_skipped.len(),
        blocked: summary.blocked(),
        not_run: summary.not_run,
        skipped: summary.skipped,
        suspicions: suspicions.collect(),
        duplicates: duplicates.collect(),
        peak_floor: summary.peak_floor,
        took: summary.took.into(),
    }
}

#[cfg(test)]
mod tests;

/// Whose a service is; nothing of the run's own.
fn said(owner: Owner<'_>) -> Cow<'static, str> {
    owner.to_string().into()
}
