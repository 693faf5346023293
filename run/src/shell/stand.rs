//! The conductor's outbox: passes events to the reporter, and orders to the threads that carry them out.
//!
//! Never blocks, except to write to the reporter and to stop the process when ordered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;

use probe_loader::{Use, Used, Using};
use probe_process::stop_myself;
use probe_scenario::LibraryId;
use probe_scheduler::NodeId;

use super::examiners::Examiners;
use super::importers::Importers;
use super::means::Means;
use super::scouts::Scouts;
use super::services::Services;
use crate::conductor::{Act, Job, Message, Outbox, Usage};
use crate::event::Event;
use crate::reporter::Teller;

/// Carries out the conductor's orders.
pub(super) struct Stand<'a, 'scope, 'env> {
    pub(super) means: Means<'env>,
    pub(super) reporter: Teller<'a>,
    pub(super) importers: Importers<'scope, 'env>,
    pub(super) scouts: Scouts<'scope, 'env>,
    pub(super) services: Services<'scope, 'env>,
    pub(super) examiners: Examiners<'scope, 'env>,
    /// The jobs that no worker has taken yet, in the order in which they became ready.
    pub(super) jobs: VecDeque<Job>,
    /// The uses that tests hold.
    pub(super) uses: BTreeMap<NodeId, Using>,
    /// Answers for the conductor in the same step.
    pub(super) answers: VecDeque<Message>,
}

impl Outbox for Stand<'_, '_, '_> {
    fn tell(&mut self, event: &Event<'_>) {
        self.reporter.event(event);
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Run(job) => self.jobs.push_back(job),
            Act::Import(import) => self.importers.start(import),
            Act::GoOn(unit) => self.importers.go_on(unit),
            Act::Look { unit, library } => self.scouts.look(unit, library),
            Act::Admit { unit, libraries } => self.scouts.admit(unit, libraries),
            Act::GiveLeadUp { unit, by_itself } => self.scouts.give_up(unit, by_itself),
            Act::Remember { unit } => self.scouts.remember(unit),
            Act::Use { unit, libraries } => {
                let usage = self.try_use(unit, &libraries);
                self.answers.push_back(Message::Used { unit, usage });
            }
            Act::EndUse { unit } => drop(self.uses.remove(&unit)),
            Act::StartService(start) => self.services.start(start),
            Act::StopService(instance) => self.services.stop(instance),
            Act::Examine(case) => self.examiners.start(case),
            Act::Cancel => {
                self.means.cancelled.store(true, Ordering::Relaxed);
                self.importers.let_all_go_on();
            }
            Act::Stop(signal) => self.means.engine.stop(signal),
            Act::Suspend => {
                self.means.engine.suspend();
                stop_myself();
            }
            Act::Resume => self.means.engine.resume(),
            Act::AskIdle => {
                if self.means.engine.is_idle() {
                    self.answers.push_back(Message::Idle);
                }
            }
        }
    }
}

impl Stand<'_, '_, '_> {
    fn try_use(&mut self, unit: NodeId, libraries: &[LibraryId]) -> Usage {
        let wanted = self.means.made_in_place(libraries);
        let all: Vec<Used> = wanted.iter().map(|(_, used)| used.clone()).collect();
        match self.means.stage.loader.try_use(&all) {
            Ok(Use::Granted(using)) => {
                self.uses.insert(unit, using);
                Usage::Granted
            }
            // A library that cannot be locked is used without a lock.
            Err(_) => Usage::Free,
            Ok(Use::Refused { library, holder }) => {
                let refused = wanted.into_iter().find(|(_, used)| used.library == library);
                let (library, used) = refused.expect("it is one of those that were wanted");
                let path = used.paths.into_iter().next().unwrap_or_default();
                Usage::Refused { library, path, holder }
            }
        }
    }
}
