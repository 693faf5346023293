//! What a run tells, on its way to all who hear of it: the history, the terminal, the reports, in this order at each event.
//!
//! Facts are made here, once for everybody, and none that nobody hears of: whoever tells an event has the conductor
//! meanwhile. Does not know what anybody makes of them.

use std::time::Duration;

use probe_report::facts::Told;
use probe_report::{ReportError, Reports};
use probe_run::{Event, Reporter, Summary};

use crate::history::Recorder;

/// Hands on what a run tells.
pub(crate) struct Telling<'a, 'r, 'scope, R> {
    pub(crate) told: &'a Told<'a>,
    pub(crate) recorder: Recorder<'a, 'scope>,
    /// Who shows the run to a person.
    pub(crate) shown: R,
    pub(crate) reports: &'a mut Reports<'r>,
    /// Says that a report could not be written. The process may end as soon as the end of the run is told.
    pub(crate) complain: fn(&ReportError),
    /// Works out what follows of the run for the manifest, before anybody is told that it has ended.
    pub(crate) settle: &'a (dyn Fn(&Summary) + Sync),
}

impl<R: Reporter> Telling<'_, '_, '_, R> {
    /// Says what was found wrong with the history.
    fn warn(&mut self, at: Duration) {
        for trouble in self.recorder.take_troubles() {
            self.event(at, &Event::Warning(&trouble.to_string()));
        }
    }
}

impl<R: Reporter> Reporter for Telling<'_, '_, '_, R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        let told = self.told;
        let fact = if !self.reports.are_idle() {
            told.fact(event)
        } else if Recorder::hears(event) {
            told.outcome(event)
        } else {
            None
        };
        if let Some(fact) = &fact {
            self.recorder.fact(fact);
        }
        // Before the others hear of it: what goes wrong here belongs above the summary.
        if let Event::Ended(summary) = event {
            (self.settle)(summary);
            self.warn(at);
        }
        self.shown.event(at, event);
        if let Some(fact) = &fact {
            self.reports.fact(at.into(), fact);
        }
        match event {
            Event::Started { .. } => {
                if !self.reports.are_idle() {
                    told.planning().for_each(|fact| self.reports.fact(at.into(), &fact));
                }
                self.warn(at);
            }
            // In the middle of a run this would be lost between the lines of tests.
            Event::Ended(_) => self.reports.failures().iter().for_each(self.complain),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
