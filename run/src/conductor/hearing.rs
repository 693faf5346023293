//! Receives messages and the time for the conductor. Other files have what follows from them.

use std::time::{Instant, SystemTime};

use super::message::Message;
use super::state::{Conductor, Progress};
use super::timers::Until;
use super::turn::{Outbox, Turn};
use crate::event::{Event, Extent};

impl Conductor<'_> {
    /// Starts everything that may start at once.
    pub(crate) fn begin(&mut self, now: Instant, clock: SystemTime, out: &mut dyn Outbox) {
        let mut turn = Turn::new(now, out);
        let settings = self.score.settings;
        let extent = Extent {
            tests: self.score.agenda.tests().len(),
            libraries: self.score.agenda.libraries().len(),
            services: self.score.agenda.services().len(),
            skipped: self.summary.skipped,
            jobs: settings.jobs.get(),
            shuffle: settings.shuffle,
            shard: settings.shard,
            run_id: settings.run_id,
        };
        turn.tell(&Event::Started { extent, clock });
        self.run_time.begin(now, settings.run_timeout);
        self.go_on(&mut turn);
    }

    /// Handles a message.
    pub(crate) fn hear(&mut self, now: Instant, message: Message, out: &mut dyn Outbox) {
        let turn = &mut Turn::new(now, out);
        match message {
            Message::TestEnded { unit, attempt, evidence, fallen } => {
                for (instance, end) in fallen {
                    self.service_ended(turn, instance, end);
                }
                self.test_ended(turn, unit, attempt, evidence);
            }
            Message::Awaited { unit, path, waited } => {
                let (id, test) = self.score.test(unit);
                turn.tell(&Event::TestAwaits { id, test, path: &path, waited });
            }
            Message::Examined { unit, attempt, finding } => {
                self.examined(turn, unit, attempt, finding);
            }
            Message::Import { unit, said } => self.import_said(turn, unit, said),
            Message::CommandLeft { command, left } => {
                turn.tell(&Event::CommandLeft { command: &command, left: &left });
            }
            Message::Looked { unit, looked } => self.looked(turn, unit, looked),
            Message::Admitted { unit, admission } => self.admitted(turn, unit, admission),
            Message::Remembered { unit, made } => self.remembered(turn, unit, made),
            Message::Used { unit, usage } => self.used(turn, unit, usage),
            Message::Service { instance, said } => self.service_said(turn, instance, said),
            Message::Ordered(order) => self.ordered(turn, order),
            Message::Idle => self.is_idle(),
        }
        self.go_on(turn);
    }

    /// Does what is due by now. Does nothing during a pause, because the caller may have waited since before the pause.
    pub(crate) fn time_is_up(&mut self, now: Instant, out: &mut dyn Outbox) {
        let turn = &mut Turn::new(now, out);
        if self.suspended.is_none() {
            self.first_due(turn);
        }
        self.go_on(turn);
    }

    fn first_due(&mut self, turn: &mut Turn<'_>) {
        let is_past = |at: Option<Instant>| at.is_some_and(|at| at <= turn.now);
        if let Some(limit) = self.score.settings.run_timeout
            && is_past(self.run_time.ends_at())
        {
            self.run_is_over(turn, limit);
        } else if is_past(self.leaves_at) {
            self.want_to_leave(turn);
        } else if let Some((unit, timer)) = self.timers.take_due(turn.now) {
            self.due(turn, unit, timer);
        }
    }

    /// How long there is nothing to do without messages.
    pub(crate) fn until(&self) -> Until {
        let others = self.leaves_at.into_iter().chain(self.run_time.ends_at());
        match self.timers.first().into_iter().chain(others).min() {
            // Timers do not run during a pause.
            Some(at) if self.suspended.is_none() => Until::Time(at),
            _ => Until::Told,
        }
    }

    /// Whether nothing is left to wait for.
    pub(crate) fn is_over(&self) -> bool {
        self.progress != Progress::Runs
    }

    /// Starts what may start now, and checks whether anything is left to wait for.
    fn go_on(&mut self, turn: &mut Turn<'_>) {
        let waits = self.start_all(turn) || !self.examined.is_empty();
        if !waits && self.progress == Progress::Runs {
            self.progress = Progress::Over;
        }
    }
}
