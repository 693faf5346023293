//! One process of a test, and how it ended. Does not know what follows from it.

use std::path::PathBuf;
use std::time::Duration;

use probe_process::{Captured, Leak, Usage};
use probe_scenario::{Leaks, Results, Tally};

use crate::ending::{EARLY, Ending, UNFINISHED};
use crate::termination::Termination;

/// The result of one process of a test.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub ending: Ending,
    /// How long it ran.
    pub took: Duration,
    /// The resources that it used, if this machine ran and reaped the process.
    pub usage: Option<Usage>,
    /// What it printed.
    pub output: Captured,
    /// The processes that it left behind when it ended by itself.
    pub left: Vec<Leak>,
    /// What probe does about such processes.
    pub leaks: Leaks,
    /// The last lines of its services, if it did not pass.
    pub services: Vec<ServiceSaying>,
    /// How many tests ran in it, if its runner reports that.
    pub tally: Option<Tally>,
    /// The results of these tests, if it wrote them to a file.
    pub within: Option<Results>,
    /// What went wrong after the process ended and did not change the result, in one line.
    pub aside: Option<String>,
    /// The files with the full output, if it was too long to show and the attempt did not pass.
    pub whole: Vec<PathBuf>,
}

/// The last lines of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSaying {
    /// The service.
    pub service: String,
    /// The lines.
    pub lines: Vec<String>,
}

impl Attempt {
    /// Makes an attempt from how its process ended, the processes that it `left` behind and what probe does about them.
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

    /// Changes the ending if the process did not remove the file that marks a test as unfinished (`is_left`).
    pub fn unfinished(mut self, is_left: bool) -> Self {
        if is_left && self.ending.is_good() {
            self.ending =
                Ending::Belied(format!("it {EARLY}: the file of {UNFINISHED} is still there"));
        }
        self
    }

    /// An attempt whose process could not be started.
    pub fn not_started(reason: String) -> Self {
        Self::without_process(Ending::NotStarted(reason))
    }

    /// An attempt whose ending is all that is known.
    pub fn without_process(ending: Ending) -> Self {
        let (output, left) = (Captured::default(), Vec::new());
        let (usage, tally, within, aside) = (None, None, None, None);
        let (took, leaks) = (Duration::ZERO, Leaks::Kill);
        let (services, whole) = (Vec::new(), Vec::new());
        Self { ending, took, usage, output, left, leaks, tally, within, aside, services, whole }
    }
}
