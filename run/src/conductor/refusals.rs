//! Tests that wait because another process makes what they need. Knows no clock and no lock: the caller passes the time and
//! what was found.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use probe_loader::Backoff;
use probe_scheduler::NodeId;

/// Delays between looks at a library that is being made, doubling up to the second value.
const PAUSE: Backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(250));
/// A wait is reported after this time.
const ANNOUNCED: Duration = Duration::from_secs(1);

/// The tests that wait.
#[derive(Debug, Default)]
pub(super) struct Refusals(BTreeMap<NodeId, Refused>);

#[derive(Debug)]
struct Refused {
    since: Instant,
    times: u32,
    is_announced: bool,
}

/// What follows from a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Look again after this pause, and report once how long the test has waited.
    For { pause: Duration, announced: Option<Duration> },
    /// The test has waited this long, and does not wait any more.
    TooLong(Duration),
}

impl Refusals {
    /// Makes the test wait, but no longer than `longest`.
    pub(super) fn refuse(&mut self, unit: NodeId, now: Instant, longest: Duration) -> Wait {
        let new = || Refused { since: now, times: 0, is_announced: false };
        let refused = self.0.entry(unit).or_insert_with(new);
        let waited = now - refused.since;
        if waited >= longest {
            self.0.remove(&unit);
            return Wait::TooLong(waited);
        }
        let pause = PAUSE.ceiling(refused.times);
        refused.times += 1;
        let is_due = waited >= ANNOUNCED && !refused.is_announced;
        refused.is_announced |= is_due;
        Wait::For { pause, announced: is_due.then_some(waited) }
    }

    /// Ends the wait of a test.
    pub(super) fn end(&mut self, unit: NodeId) {
        self.0.remove(&unit);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any time will do to begin with")]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_looked_at_less_and_less_often_announced_once_and_ends() {
        let unit = probe_scheduler::GraphBuilder::new().add(());
        let start = Instant::now();
        let mut refusals = Refusals::default();
        let mut refuse = |millis| {
            refusals.refuse(unit, start + Duration::from_millis(millis), Duration::from_secs(5))
        };
        let pause = |millis, announced: Option<u64>| Wait::For {
            pause: Duration::from_millis(millis),
            announced: announced.map(Duration::from_millis),
        };
        assert_eq!(refuse(0), pause(10, None));
        assert_eq!(refuse(10), pause(20, None));
        assert_eq!([refuse(30), refuse(70), refuse(150)], [40, 80, 160].map(|p| pause(p, None)));
        assert_eq!(refuse(310), pause(250, None));
        assert_eq!(refuse(1_000), pause(250, Some(1_000)));
        assert_eq!(refuse(1_250), pause(250, None), "said once");
        assert_eq!(refuse(5_000), Wait::TooLong(Duration::from_secs(5)));
        assert_eq!(refuse(5_001), pause(10, None), "it has begun anew");
    }
}
