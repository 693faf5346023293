//! What follows from the messages of an import.

use std::path::PathBuf;
use std::time::Duration;

use probe_loader::Imported;
use probe_scenario::{Library, Source};
use probe_scheduler::{NodeId, Outcome, State};

use super::act::Act;
use super::building::Building;
use super::message::Said;
use super::state::Conductor;
use super::turn::Turn;
use crate::event::{Event, Work};
use crate::import_failure::ImportFailure;
use crate::summary::{CutShort, NotImported};

impl Conductor<'_> {
    pub(super) fn import_said(&mut self, turn: &mut Turn<'_>, unit: NodeId, said: Said) {
        let (id, library) = self.score.preload(unit);
        match said {
            Said::Building(command, last) => {
                let work = Work::Build(&command, &last);
                turn.tell(&Event::Importing { id, library, work });
                let since = turn.now;
                self.building.insert(unit, Building { library: id, command, last, since });
            }
            Said::Fetching(origin) => {
                turn.tell(&Event::Importing { id, library, work: Work::Fetch(&origin) });
            }
            Said::Transferred { bytes, total } => {
                turn.tell(&Event::Transferred { id, library, bytes, total });
            }
            Said::Waiting { holder, waited } => {
                turn.tell(&Event::PreloadWaiting { id, library, holder: holder.as_ref(), waited });
            }
            Said::MovedAside(aside) => {
                turn.tell(&Event::MovedAside { id, library, aside: &aside });
            }
            Said::Retrying { cause, delay } => {
                turn.tell(&Event::PreloadRetrying { id, library, cause: &cause, delay });
            }
            // After the run was stopped, the lanes do not matter: an import only finds out that it is cancelled.
            Said::Released if self.summary.stop.is_none() => {
                turn.tell(&Event::PreloadParked { id, library });
                self.run.park(unit);
            }
            Said::Wants if self.summary.stop.is_none() => {
                self.run.wake(unit);
                self.waiting.insert(unit);
            }
            Said::Released | Said::Wants => {}
            Said::Checked { clean, took } => {
                if self.run.state(unit) == State::Running {
                    self.checked(turn, unit, clean, took);
                }
            }
            Said::Ended { result, took } => {
                self.building.remove(&unit);
                // If the run was stopped while the import waited, it has been counted out.
                if matches!(self.run.state(unit), State::Running | State::Parked) {
                    self.import_came(turn, unit, result, took);
                }
            }
        }
    }

    /// Handles the end of a check. If the check found errors, each test checks for itself and reports them.
    fn checked(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        clean: Option<PathBuf>,
        took: Duration,
    ) {
        let (id, library) = self.score.preload(unit);
        self.libraries_done += 1;
        let (is_clean, done) = (clean.is_some(), self.libraries_done);
        self.run.finish(unit, Outcome::Passed);
        turn.tell(&Event::Checked { id, library, is_clean, took, done });
        self.summary.places[id.index()] = Some(clean.unwrap_or_default());
    }

    /// Handles the end of an import, perhaps one from before the run.
    pub(super) fn import_came(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        result: Result<Imported, ImportFailure>,
        took: Duration,
    ) {
        let (id, library) = self.score.preload(unit);
        match result {
            Ok(imported) => {
                self.libraries_done += 1;
                let done = self.libraries_done;
                self.run.finish(unit, Outcome::Passed);
                turn.tell(&Event::PreloadPassed { id, library, imported: &imported, took, done });
                self.summary.places[id.index()] = Some(imported.path);
                self.summary.downloads.extend(imported.pin.map(|pin| (id, pin)));
            }
            Err(failure) => self.preload_failed(turn, unit, failure, took),
        }
    }

    /// Reports each command that the stop of the run cuts short, once.
    pub(super) fn cut_builds_short(&mut self, turn: &mut Turn<'_>) {
        for building in std::mem::take(&mut self.building).into_values() {
            let Building { library: id, command, last, since } = building;
            let running = turn.now - since;
            let cut = CutShort { library: id, command, running, said: last.text() };
            let library = self.score.library(id);
            turn.tell(&Event::BuildCutShort { cut: &cut, library });
            self.summary.cut_short.push(cut);
        }
    }

    /// Continues an import that has a place in the lane again.
    pub(super) fn import_goes_on(&mut self, turn: &mut Turn<'_>, unit: NodeId) {
        let (id, library) = self.score.preload(unit);
        turn.tell(&Event::PreloadResumed { id, library });
        turn.act(Act::GoOn(unit));
    }

    /// Handles a library that could not be prepared, and blocks its tests. If no manifest declares the library, its tests run
    /// anyway: they may do without it, or fetch it themselves as they would without probe.
    pub(super) fn preload_failed(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        failure: ImportFailure,
        took: Duration,
    ) {
        self.libraries_done += 1;
        let (id, library) = self.score.preload(unit);
        let done = self.libraries_done;
        if self.is_spared(library) {
            self.run.finish(unit, Outcome::Passed);
            let (failure, blocked) = (&failure, &[][..]);
            let spared = true;
            turn.tell(&Event::PreloadFailed { id, library, failure, took, done, blocked, spared });
            turn.tell(&Event::Warning(&format!(
                "`{0}` is only detected, so that tests run without it, and fetch it themselves if they need it; `--skip {0}` leaves \
                 it out",
                library.name
            )));
            self.summary.places[id.index()] = Some(PathBuf::new());
            return;
        }
        let skips = self.run.finish(unit, Outcome::Failed);
        if self.summary.stop.is_some() {
            return;
        }
        let blocked = self.score.tests_of(&skips);
        turn.tell(&Event::PreloadFailed {
            id,
            library,
            failure: &failure,
            took,
            done,
            blocked: &blocked,
            spared: false,
        });
        self.summary.not_imported.push(NotImported { library: id, failure, blocked });
    }
    /// Whether tests run without a library that could not be prepared.
    fn is_spared(&self, library: &Library) -> bool {
        library.line.is_none()
            && !matches!(library.source, Source::Leader { .. })
            && !self.score.agenda.tests().is_empty()
            && self.summary.stop.is_none()
    }
}
