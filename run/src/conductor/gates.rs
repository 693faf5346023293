//! Which libraries tests still have to make, and which tests wait because another process makes one. Knows no clock, lock or
//! test: the caller passes the time and what was found.

use std::collections::BTreeMap;
use std::mem;
use std::time::{Duration, Instant};

use probe_loader::Backoff;
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::NodeId;
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// Delays between looks whether the other process is done. Its end is noticed within the second value.
const LOOKS: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
/// A wait is reported after this time.
const ANNOUNCED: Duration = Duration::from_secs(1);

/// The libraries that may not be there.
#[derive(Debug)]
pub(super) struct Gates {
    closed: BTreeMap<LibraryId, Gate>,
    random: SmallRng,
}

/// One library that may not be there.
#[derive(Debug, Default)]
struct Gate {
    /// Since when another process has the lead, as far as was seen without a break.
    refused: Option<Refused>,
    /// Tests that wait for the next look.
    waiting: Vec<NodeId>,
    /// The tests that had the lead and passed without making it.
    barren: Option<Barren>,
}

/// Tests that had the lead for a library and passed without making it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Barren {
    /// The first of these tests, and their number.
    pub(super) first: TestId,
    pub(super) tests: u32,
    /// What was found after the last one.
    pub(super) cause: String,
}

#[derive(Debug)]
struct Refused {
    since: Instant,
    times: u32,
    next: Next,
    is_announced: bool,
}

/// What the next test that needs the library does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// It waits until it is time to look.
    Waits,
    /// It looks.
    Looks,
}

/// What follows from a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// The time until the next look.
    pub(super) delay: Duration,
    /// Reported once: how long the tests have waited, and how many wait.
    pub(super) announced: Option<(Duration, usize)>,
}

impl Gates {
    pub(super) fn new(libraries: impl Iterator<Item = LibraryId>, seed: u64) -> Self {
        Self {
            closed: libraries.map(|library| (library, Gate::default())).collect(),
            random: SmallRng::seed_from_u64(seed),
        }
    }

    /// Whether tests still have to make the library.
    pub(super) fn is_closed(&self, library: LibraryId) -> bool {
        self.closed.contains_key(&library)
    }

    /// Notes that the library is there. Returns the tests that waited for it.
    pub(super) fn open(&mut self, library: LibraryId) -> Vec<NodeId> {
        self.closed.remove(&library).map(|gate| gate.waiting).unwrap_or_default()
    }

    /// Whether a test that needs the library must wait, because another process is known to have the lead.
    pub(super) fn holds_back(&mut self, library: LibraryId, unit: NodeId) -> bool {
        let Some(gate) = self.closed.get_mut(&library) else { return false };
        let waits = gate.refused.as_ref().is_some_and(|refused| refused.next == Next::Waits);
        if waits {
            gate.waiting.push(unit);
        }
        waits
    }

    /// Notes that another process has the lead, so this test waits.
    pub(super) fn refuse(&mut self, library: LibraryId, unit: NodeId, now: Instant) -> Wait {
        let gate = self.closed.entry(library).or_default();
        gate.waiting.push(unit);
        let refused = gate.refused.get_or_insert(Refused {
            since: now,
            times: 0,
            next: Next::Looks,
            is_announced: false,
        });
        let mut delay = LOOKS.delay(refused.times, &mut self.random);
        refused.times += 1;
        refused.next = Next::Waits;
        let waited = now - refused.since;
        let is_due = waited >= ANNOUNCED && !refused.is_announced;
        refused.is_announced |= is_due;
        if !refused.is_announced {
            // Look again no later than the report is due.
            delay = delay.min(ANNOUNCED - waited);
        }
        Wait { delay, announced: is_due.then_some((waited, gate.waiting.len())) }
    }

    /// Returns the tests that waited for the next look, which is due.
    pub(super) fn look_again(&mut self, library: LibraryId) -> Vec<NodeId> {
        let Some(gate) = self.closed.get_mut(&library) else { return Vec::new() };
        if let Some(refused) = &mut gate.refused {
            refused.next = Next::Looks;
        }
        mem::take(&mut gate.waiting)
    }

    /// Notes that a test with the lead passed and the library is not there. Returns the tests for which that is true by now.
    pub(super) fn passed_without(
        &mut self,
        library: LibraryId,
        test: TestId,
        cause: String,
    ) -> Barren {
        let gate = self.closed.entry(library).or_default();
        let (first, before) =
            gate.barren.take().map_or((test, 0), |barren| (barren.first, barren.tests));
        let barren = Barren { first, tests: before + 1, cause };
        gate.barren = Some(barren.clone());
        barren
    }

    /// The libraries that tests with the lead passed without making, and that nobody has made since.
    pub(super) fn barren(&self) -> impl Iterator<Item = (LibraryId, &Barren)> {
        self.closed.iter().filter_map(|(id, gate)| Some((*id, gate.barren.as_ref()?)))
    }

    /// Notes that a test of this run has the lead, so no other process does.
    pub(super) fn lead(&mut self, library: LibraryId) {
        if let Some(gate) = self.closed.get_mut(&library) {
            gate.refused = None;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any time will do to begin with")]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_holds_everybody_back_until_it_is_time_to_look() {
        let [library, other] = [0, 1].map(LibraryId::new);
        let [first, second] = nodes();
        let mut gates = Gates::new([library].into_iter(), 1);
        assert!(gates.is_closed(library) && !gates.is_closed(other));
        assert!(!gates.holds_back(library, first));
        let start = Instant::now();
        let wait = gates.refuse(library, first, start);
        assert!(wait.delay <= LOOKS.ceiling(0) && wait.announced.is_none());
        assert!(gates.holds_back(library, second));
        assert_eq!(gates.look_again(library), [first, second]);
        assert!(!gates.holds_back(library, first));
        let later = start + ANNOUNCED;
        assert_eq!(gates.refuse(library, first, later).announced, Some((ANNOUNCED, 1)));
        assert_eq!(
            gates.refuse(library, second, later + LOOKS.ceiling(9)).announced,
            None,
            "said once"
        );
        gates.lead(library);
        assert!(!gates.holds_back(library, second));
        assert_eq!(gates.open(library), [first, second]);
        assert!(!gates.is_closed(library));
    }

    #[test]
    fn no_delay_is_longer_than_the_cap() {
        let library = LibraryId::new(0);
        let [unit, _] = nodes();
        let mut gates = Gates::new([library].into_iter(), 1);
        let now = Instant::now();
        assert!((0..100).all(|_| gates.refuse(library, unit, now).delay <= LOOKS.ceiling(9)));
    }

    fn nodes() -> [NodeId; 2] {
        let mut graph = probe_scheduler::GraphBuilder::new();
        [graph.add(()), graph.add(())]
    }
}
