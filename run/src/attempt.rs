//! One process of one test, and how it ended. Does not know what follows from it.

use std::path::PathBuf;
use std::time::Duration;

use probe_process::{Captured, Leak, Usage};
use probe_scenario::{Leaks, Results, Tally};

use crate::ending::{EARLY, Ending, UNFINISHED};
use crate::termination::Termination;

/// A test's process after its end.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub ending: Ending,
    /// How long it ran.
    pub took: Duration,
    /// What it has used, if a process of this machine has been reaped.
    pub usage: Option<Usage>,
    /// What it printed.
    pub output: Captured,
    /// What it left behind when it ended by itself.
    pub left: Vec<Leak>,
    /// What is thought of that.
    pub leaks: Leaks,
    /// What its services said last, if it did not pass.
    pub services: Vec<ServiceSaying>,
    /// How many tests its runner says that it has run in it, if that is known.
    pub tally: Option<Tally>,
    /// What it has written down of them.
    pub within: Option<Results>,
    /// What went wrong after it, where that is not how it ended: in a line.
    pub aside: Option<String>,
    /// The files that hold the whole of output that was too long to show, if it did not pass.
    pub whole: Vec<PathBuf>,
}

/// What a service has said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSaying {
    /// The service.
    pub service: String,
    /// The lines.
    pub lines: Vec<String>,
}

impl Attempt {
    /// What it means that an attempt came to this end, with what it `left` behind and what is thought of that.
    pub fn new(
        termination: &Termination,
        took: Duration,
        output: Captured,
        (left, leaks): (Vec<Leak>, Leaks),
    ) -> Self {
        let ending = match termination.ending() {
            Ending::Passed if leaks == Leaks::Fail && !left.is_empty() => Ending::Leaked,
            ending => ending,
        };
        let (usage, tally, within, aside) = (None, None, None, None);
        let (services, whole) = (Vec::new(), Vec::new());
        Self { ending, took, usage, output, left, leaks, tally, within, aside, services, whole }
    }

    /// The same attempt, if its process has left the file by which it says that it has begun and not ended.
    pub fn unfinished(mut self, is_left: bool) -> Self {
        if is_left && self.ending.is_good() {
            self.ending =
                Ending::Belied(format!("it {EARLY}: the file of {UNFINISHED} is still there"));
        }
        self
    }

    /// An attempt that could not be made.
    pub fn not_started(reason: String) -> Self {
        Self::without_process(Ending::NotStarted(reason))
    }

    /// An attempt of which nothing is known but how it ended.
    pub fn without_process(ending: Ending) -> Self {
        let (output, left) = (Captured::default(), Vec::new());
        let (usage, tally, within, aside) = (None, None, None, None);
        let (took, leaks) = (Duration::ZERO, Leaks::Kill);
        let (services, whole) = (Vec::new(), Vec::new());
        Self { ending, took, usage, output, left, leaks, tally, within, aside, services, whole }
    }
}
