//! Turns the end of a process into an attempt. Does not know what ran.

use probe_process::{Captured, Ended, EndedBy, Force, ProcessEnd, StartError, TimeLimits};
use probe_scenario::Leaks;

use crate::attempt::Attempt;
use crate::ending::{Ending, Overrun};
use crate::termination::Termination;

/// Returns the attempt that a process of this machine made. `leaks` says what probe does about processes that it left behind.
pub fn attempt_of(result: Result<Ended, StartError>, leaks: Leaks) -> Attempt {
    match result {
        Ok(Ended { end, ended_by, limits, took, output, left, usage, .. }) => {
            let termination = termination(end, ended_by, limits);
            let attempt = Attempt::new(&termination, took, output, (left, leaks));
            Attempt { usage: Some(usage), ..attempt }
        }
        Err(error) if error.is_passing() => {
            Attempt::without_process(Ending::NoRoom(error.to_string()))
        }
        Err(error @ StartError::Wait { .. }) => {
            let lost = Termination::Lost(error.to_string());
            Attempt::new(&lost, Default::default(), Captured::default(), (Vec::new(), Leaks::Kill))
        }
        Err(error) => Attempt::not_started(error.to_string()),
    }
}

pub(super) fn termination(
    end: ProcessEnd,
    ended_by: Option<EndedBy>,
    limits: TimeLimits,
) -> Termination {
    match (ended_by, end) {
        (Some(EndedBy::Timeout(force)), _) => Termination::TimedOut(Overrun {
            timeout: limits.timeout.expect("only what has a limit runs into it"),
            grace: match force {
                Force::Terminated => None,
                Force::Killed => Some(limits.grace),
            },
        }),
        (Some(EndedBy::Interrupted), _) => Termination::Interrupted,
        (Some(EndedBy::Terminal(signal)), _) => Termination::Killed(signal),
        (None, ProcessEnd::Exited(code)) => Termination::Exited(code),
        (None, ProcessEnd::Killed(signal)) => Termination::Killed(signal),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use probe_process::Signal;

    use super::*;

    #[test]
    fn who_ended_it_decides_before_its_end() {
        let limits =
            TimeLimits { timeout: Some(Duration::from_secs(5)), grace: Duration::from_secs(1) };
        let terminated = Overrun { timeout: Duration::from_secs(5), grace: None };
        let killed = Overrun { grace: Some(Duration::from_secs(1)), ..terminated };
        let exited = ProcessEnd::Exited;
        let by = ProcessEnd::Killed;
        let timeout = |force| Some(EndedBy::Timeout(force));
        let terminal = Some(EndedBy::Terminal(Signal::TTIN));
        for (ended_by, end, expected) in [
            (None, exited(0), Ending::Passed),
            (None, exited(3), Ending::Exited(3)),
            (None, by(Signal::BUS), Ending::Killed(Signal::BUS)),
            (timeout(Force::Terminated), exited(0), Ending::TimedOut(terminated)),
            (timeout(Force::Terminated), by(Signal::TERM), Ending::TimedOut(terminated)),
            (timeout(Force::Killed), by(Signal::KILL), Ending::TimedOut(killed)),
            (Some(EndedBy::Interrupted), exited(0), Ending::Interrupted),
            (Some(EndedBy::Interrupted), by(Signal::INT), Ending::Interrupted),
            (terminal, by(Signal::TERM), Ending::Killed(Signal::TTIN)),
        ] {
            assert_eq!(termination(end, ended_by, limits).ending(), expected);
        }
    }
}
