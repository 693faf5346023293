//! The summary of a run.

use std::time::{Duration, Instant};

use probe_process::Leak;

use super::state::{Conductor, Progress};
use super::turn::{Outbox, Turn};
use crate::event::Event;
use crate::summary::{Failure, Summary};
use crate::verdict::Doubled;

impl Conductor<'_> {
    /// Whether hanging imports are abandoned.
    pub(crate) fn leaves(&self) -> bool {
        self.progress == Progress::Leaves
    }

    /// Returns the summary of a run that took so long. All that is left are these processes, which are killed, and the files
    /// that were written several times. `peak_floor` is the lowest possible peak memory of a test, in bytes.
    pub(crate) fn end(
        mut self,
        now: Instant,
        took: Duration,
        (strays, doubled): (Vec<Leak>, Vec<Doubled>),
        peak_floor: Option<u64>,
        out: &mut dyn Outbox,
    ) -> Summary {
        let turn = &mut Turn::new(now, out);
        let examined = std::mem::take(&mut self.examined);
        self.give_up(turn, examined.into_values());
        let waited: Vec<Failure> = self.retries.give_up(|_| false).collect();
        self.give_up(turn, waited.into_iter());
        self.name_what_nobody_made(turn);
        let mut summary = self.summary;
        (summary.strays, summary.doubled) = (strays, doubled);
        summary.not_run = self.score.agenda.tests().len()
            - summary.done()
            - summary.blocked()
            - summary.after_skipped.len();
        summary.took = took;
        summary.peak_floor = peak_floor;
        turn.tell(&Event::Ended(&summary));
        summary
    }
}
