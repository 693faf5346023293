//! One running group: when it is told to end, by which signal, and why. Reads no clock and sends no signal: each call returns
//! the signal to send.
//! signal the group is to get.

use std::time::{Duration, Instant};

use crate::limits::{AtStop, EndedBy, Force, TimeLimits};
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// A running group and its deadlines.
#[derive(Debug)]
pub(crate) struct Group {
    id: ProcessId,
    grace: Duration,
    at_stop: AtStop,
    since: Instant,
    ended_by: Option<EndedBy>,
    next: Option<(Instant, Step)>,
    stopped: Duration,
}

/// What happens to a group at its deadline.
#[derive(Clone, Copy, Debug)]
enum Step {
    Terminate(Signal),
    Kill,
    /// The end of a group that was spared when probe was told to stop, after its grace.
    Cut,
}

impl Group {
    /// A group that starts now.
    pub(crate) fn new(id: ProcessId, limits: TimeLimits, at_stop: AtStop, now: Instant) -> Self {
        let next = limits.timeout.map(|timeout| (now + timeout, Step::Terminate(Signal::TERM)));
        let (grace, stopped) = (limits.grace, Duration::ZERO);
        Self { id, grace, at_stop, since: now, ended_by: None, next, stopped }
    }

    pub(crate) fn id(&self) -> ProcessId {
        self.id
    }

    /// Why the group was told to end, if it was.
    pub(crate) fn ended_by(&self) -> Option<EndedBy> {
        self.ended_by
    }

    /// When the next step is due; `None` if none is.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.next.map(|(at, _)| at)
    }

    /// How long the group has been paused together with probe.
    pub(crate) fn stopped(&self) -> Duration {
        self.stopped
    }

    /// How long the group has run, without the time that it was paused together with probe.
    pub(crate) fn ran(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since).saturating_sub(self.stopped)
    }

    /// Takes the step that is due, if one is.
    #[must_use]
    pub(crate) fn advance(&mut self, now: Instant) -> Option<Signal> {
        let (at, step) = self.next?;
        if now < at {
            return None;
        }
        Some(match step {
            Step::Terminate(signal) => {
                self.time_out(Force::Terminated);
                self.next = Some((now + self.grace, Step::Kill));
                signal
            }
            Step::Kill => {
                // An interrupted group keeps the interruption as its reason.
                self.time_out(Force::Killed);
                self.next = None;
                Signal::KILL
            }
            Step::Cut => {
                self.ended_by = Some(EndedBy::Interrupted);
                self.next = None;
                Signal::KILL
            }
        })
    }

    /// Notes that probe was told to stop by this signal. The group gets the signal, and SIGKILL after its grace. A spared group
    /// gets only SIGKILL, after its grace. A kept group gets no signal and no deadline. A `signal` that is SIGKILL reaches
    /// every group.
    #[must_use]
    pub(crate) fn interrupt(&mut self, signal: Signal, now: Instant) -> Option<Signal> {
        if matches!(self.at_stop, AtStop::Kept(_)) && signal != Signal::KILL {
            return None;
        }
        let kill_at = now + self.grace;
        if self.at_stop == AtStop::Spared && signal != Signal::KILL {
            if self.next.is_none_or(|(at, _)| at > kill_at) {
                self.next = Some((kill_at, Step::Cut));
            }
            return None;
        }
        Some(self.end(signal, now))
    }

    /// Tells the group to end by this signal; SIGKILL follows after its grace.
    #[must_use]
    pub(crate) fn end(&mut self, signal: Signal, now: Instant) -> Signal {
        self.ended_by = Some(EndedBy::Interrupted);
        self.next = (signal != Signal::KILL).then_some((now + self.grace, Step::Kill));
        signal
    }

    /// Ends the group as if its timeout were over now, by this signal, unless it is already ending. Returns whether there is a
    /// new deadline.
    pub(crate) fn expire(&mut self, now: Instant, signal: Signal) -> bool {
        let is_running = self.ended_by.is_none();
        if is_running {
            self.next = Some((now, Step::Terminate(signal)));
        }
        is_running
    }

    /// Like [`expire`](Self::expire), for a group that this signal has stopped because it wanted the terminal.
    pub(crate) fn refuse_terminal(&mut self, signal: Signal, now: Instant) -> bool {
        let is_running = self.expire(now, Signal::TERM);
        if is_running {
            self.ended_by = Some(EndedBy::Terminal(signal));
        }
        is_running
    }

    /// Continues after the group was paused together with probe for so long, and moves its deadline by that time.
    pub(crate) fn resume(&mut self, stopped: Duration) {
        self.stopped += stopped;
        self.next = self.next.map(|(at, step)| (at + stopped, step));
    }

    /// Notes that its time is over, unless it ends for another reason.
    fn time_out(&mut self, force: Force) {
        if !matches!(self.ended_by, Some(EndedBy::Terminal(_))) {
            self.ended_by = self.ended_by.max(Some(EndedBy::Timeout(force)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done to a group with a timeout of 10 s and a grace of 3 s, at a second of its life.
    #[derive(Clone, Copy, Debug)]
    enum Does {
        Advance(u64),
        Interrupt(u64, Signal),
        Expire(u64),
        Refuse(u64),
        Resume(u64),
    }
    use Does::{Advance, Expire, Interrupt, Refuse, Resume};

    /// Which signals come of it, each with its second; and why the group was told to end.
    fn check(all: &[Does], signals: &[(u64, Signal)], ended_by: Option<EndedBy>) {
        check_of(AtStop::Told, all, signals, ended_by);
    }

    /// The same of one to which it is this that probe is told to stop.
    fn check_of(
        at_stop: AtStop,
        all: &[Does],
        signals: &[(u64, Signal)],
        ended_by: Option<EndedBy>,
    ) {
        let began = Instant::now();
        let at = |second| began + Duration::from_secs(second);
        let limits =
            TimeLimits { timeout: Some(Duration::from_secs(10)), grace: Duration::from_secs(3) };
        let id = ProcessId::mine();
        let mut group = Group::new(id, limits, at_stop, began);
        let mut sent = Vec::new();
        for &does in all {
            match does {
                Advance(second) => {
                    sent.extend(group.advance(at(second)).map(|signal| (second, signal)));
                }
                Interrupt(second, signal) => {
                    let signal = group.interrupt(signal, at(second));
                    sent.extend(signal.map(|signal| (second, signal)));
                }
                Expire(second) => drop(group.expire(at(second), Signal::TERM)),
                Refuse(second) => drop(group.refuse_terminal(Signal::TTIN, at(second))),
                Resume(seconds) => group.resume(Duration::from_secs(seconds)),
            }
        }
        assert_eq!((&sent[..], group.ended_by()), (signals, ended_by), "{all:?}");
    }

    #[test]
    fn a_group_is_told_to_end_in_time_and_for_one_reason() {
        let timeout = |force| Some(EndedBy::Timeout(force));
        let (asked, killed) = (timeout(Force::Terminated), timeout(Force::Killed));
        let interrupted = Some(EndedBy::Interrupted);
        let terminal = Some(EndedBy::Terminal(Signal::TTIN));
        let (term, kill) = (Signal::TERM, Signal::KILL);
        check(&[Advance(0), Advance(9)], &[], None);
        check(&[Advance(10), Advance(12)], &[(10, term)], asked);
        check(&[Advance(10), Advance(13), Advance(99)], &[(10, term), (13, kill)], killed);
        // Whoever looks late gives the grace all the same.
        check(&[Advance(20), Advance(22)], &[(20, term)], asked);
        check(&[Interrupt(2, Signal::INT), Advance(4)], &[(2, Signal::INT)], interrupted);
        let both = [(2, Signal::INT), (5, kill)];
        check(&[Interrupt(2, Signal::INT), Advance(5), Advance(10)], &both, interrupted);
        check(&[Interrupt(2, kill), Advance(99)], &[(2, kill)], interrupted);
        check(&[Advance(10), Interrupt(11, term)], &[(10, term), (11, term)], interrupted);
        check(&[Expire(1), Advance(1), Advance(4)], &[(1, term), (4, kill)], killed);
        check(&[Advance(10), Expire(11), Advance(12)], &[(10, term)], asked);
        check(&[Refuse(1), Advance(1), Advance(4)], &[(1, term), (4, kill)], terminal);
        check(&[Advance(10), Refuse(11), Advance(12)], &[(10, term)], asked);
        check(&[Refuse(1), Interrupt(2, term)], &[(2, term)], interrupted);
        check(&[Resume(5), Advance(14), Advance(15)], &[(15, term)], asked);
    }

    #[test]
    fn who_is_spared_has_its_grace_and_no_signal_before() {
        let check = |all: &[Does], signals: &[(u64, Signal)], ended_by| {
            check_of(AtStop::Spared, all, signals, ended_by);
        };
        let interrupted = Some(EndedBy::Interrupted);
        let timeout = Some(EndedBy::Timeout(Force::Killed));
        let (int, term, kill) = (Signal::INT, Signal::TERM, Signal::KILL);
        check(&[Interrupt(0, int), Advance(2)], &[], None);
        check(&[Interrupt(0, int), Advance(3), Advance(9)], &[(3, kill)], interrupted);
        check(&[Interrupt(0, int), Interrupt(1, kill)], &[(1, kill)], interrupted);
        check(&[Interrupt(0, int), Resume(5), Advance(7), Advance(8)], &[(8, kill)], interrupted);
        // Its own time is over before.
        let both = [(10, term), (13, kill)];
        check(&[Interrupt(9, int), Advance(10), Advance(13)], &both, timeout);
        check(&[Advance(10), Interrupt(11, int), Advance(13)], &both, timeout);
    }

    #[test]
    fn what_is_due_next_is_known() {
        let began = Instant::now();
        let limits = TimeLimits { timeout: None, grace: Duration::from_secs(3) };
        let mut group = Group::new(ProcessId::mine(), limits, AtStop::Told, began);
        assert_eq!(group.deadline(), None);
        assert_eq!(group.advance(began + Duration::from_secs(1000)), None);
        assert!(group.expire(began, Signal::TERM));
        assert_eq!(group.deadline(), Some(began));
        assert_eq!(group.advance(began), Some(Signal::TERM));
        group.resume(Duration::from_secs(2));
        assert_eq!(group.deadline(), Some(began + Duration::from_secs(5)));
        assert_eq!(group.stopped(), Duration::from_secs(2));
        assert!(!group.expire(began, Signal::TERM));
    }
}
