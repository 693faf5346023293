//! What follows from what an import says.

use std::sync::Arc;
use std::time::{Duration, Instant};

use probe_loader::Imported;
use probe_process::{LastLine, Leak};
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::{NodeId, Outcome, State, Unit};

use super::Conductor;
use crate::early::EarlyImport;
use crate::event::{Event, Work};
use crate::import_failure::ImportFailure;
use crate::preload::Said;
use crate::summary::{CutShort, NotImported};
use crate::verdict::Watched;

/// A command that makes a library just now.
#[derive(Debug)]
pub(super) struct Building {
    library: LibraryId,
    command: String,
    last: Arc<LastLine>,
    since: Instant,
}

impl Conductor<'_, '_, '_> {
    pub(super) fn preload_said(&mut self, unit: NodeId, said: Said) {
        let Unit::Preload(id) = *self.stage.agenda.graph().payload(unit) else {
            unreachable!("importers import libraries")
        };
        let library = &self.stage.suite.libraries[id.index()];
        match said {
            Said::Building(command, last) => {
                let work = Work::Build(&command, &last);
                self.reporter.event(&Event::Importing { id, library, work });
                let since = Instant::now();
                self.building.insert(unit, Building { library: id, command, last, since });
            }
            Said::Fetching(origin) => {
                self.reporter.event(&Event::Importing { id, library, work: Work::Fetch(&origin) });
            }
            Said::Transferred { bytes, total } => {
                self.reporter.event(&Event::Transferred { id, library, bytes, total });
            }
            Said::Waiting { holder, waited } => {
                self.reporter.event(&Event::PreloadWaiting {
                    id,
                    library,
                    holder: holder.as_ref(),
                    waited,
                });
            }
            Said::MovedAside(aside) => {
                self.reporter.event(&Event::MovedAside { library, aside: &aside });
            }
            Said::Retrying { cause, delay } => {
                self.reporter.event(&Event::PreloadRetrying { id, library, cause: &cause, delay });
            }
            // Once the run is stopped, the lanes are nobody's: an import only finds out that it is cancelled.
            Said::Released if self.summary.stop.is_none() => {
                self.reporter.event(&Event::PreloadParked { id, library });
                self.run.park(unit);
            }
            Said::Wants(go) if self.summary.stop.is_none() => {
                self.run.wake(unit);
                self.waiting.insert(unit, go);
            }
            Said::Released => {}
            Said::Wants(go) => drop(go),
            Said::Ended { result, took } => {
                let result = result.map_err(|error| ImportFailure {
                    help: self.stage.provider.way_out(id, error.cause()).or(error.help()),
                    ..ImportFailure::from(&error)
                });
                self.preload_ended(unit, id, result, took);
            }
            Said::Panicked => {
                self.preload_ended(unit, id, Err(ImportFailure::panicked()), Duration::ZERO);
            }
        }
    }

    fn preload_ended(
        &mut self,
        unit: NodeId,
        id: LibraryId,
        result: Result<(Imported, Arc<Watched>), ImportFailure>,
        took: Duration,
    ) {
        self.importers.ended();
        self.building.remove(&unit);
        if !matches!(self.run.state(unit), State::Running | State::Parked) {
            // The run was stopped while the import waited, and has counted it out.
            return;
        }
        self.preload_came(unit, id, result, took);
    }

    /// An import that was over before the run began.
    pub(super) fn came_early(&mut self, unit: NodeId, id: LibraryId) {
        let EarlyImport { result, took } =
            self.stage.early.import(id).expect("whoever asks knows that it is there");
        self.preload_came(unit, id, result, took);
    }

    fn preload_came(
        &mut self,
        unit: NodeId,
        id: LibraryId,
        result: Result<(Imported, Arc<Watched>), ImportFailure>,
        took: Duration,
    ) {
        let library = &self.stage.suite.libraries[id.index()];
        match result {
            Ok((imported, watched)) => {
                self.libraries_done += 1;
                let done = self.libraries_done;
                self.run.finish(unit, Outcome::Passed);
                self.reporter.event(&Event::PreloadPassed {
                    id,
                    library,
                    imported: &imported,
                    took,
                    done,
                });
                self.summary.places[id.index()] = Some(imported.path);
                self.summary.downloads.extend(imported.pin.map(|pin| (id, pin)));
                self.summary.watched[id.index()] = Some(watched);
            }
            Err(failure) => self.preload_failed(unit, id, failure, took),
        }
    }

    /// The run is stopped, and with it every command that makes a library.
    pub(super) fn cut_builds_short(&mut self) {
        for Building { library: id, command, last, since } in self.building.values() {
            let cut = CutShort {
                library: *id,
                command: command.clone(),
                running: since.elapsed(),
                said: last.text(),
            };
            let library = &self.stage.suite.libraries[id.index()];
            self.reporter.event(&Event::BuildCutShort { cut: &cut, library });
            self.summary.cut_short.push(cut);
        }
    }

    pub(super) fn command_left(&mut self, command: &str, left: &[Leak]) {
        self.reporter.event(&Event::CommandLeft { command, left });
    }

    /// An import goes on that has a place in the lane again.
    pub(super) fn resumed(&mut self, unit: NodeId) {
        if let Unit::Preload(id) = *self.stage.agenda.graph().payload(unit) {
            let library = &self.stage.suite.libraries[id.index()];
            self.reporter.event(&Event::PreloadResumed { id, library });
        }
    }

    /// A library is not there, and its tests are blocked.
    pub(super) fn preload_failed(
        &mut self,
        unit: NodeId,
        id: LibraryId,
        failure: ImportFailure,
        took: Duration,
    ) {
        self.libraries_done += 1;
        let library = &self.stage.suite.libraries[id.index()];
        let done = self.libraries_done;
        let skips = self.run.finish(unit, Outcome::Failed);
        if self.summary.stop.is_some() {
            return;
        }
        let mut blocked: Vec<TestId> = self.tests_of(&skips).collect();
        blocked.sort_unstable();
        self.reporter.event(&Event::PreloadFailed {
            id,
            library,
            failure: &failure,
            took,
            done,
            blocked: &blocked,
        });
        self.summary.not_imported.push(NotImported { library: id, failure, blocked });
    }
}
