//! Which failed tests run again, and when: a count and a delay for each. Knows no clock and runs nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use probe_loader::Backoff;
use probe_scheduler::NodeId;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::summary::Failure;

/// Delays before another attempt. A test that needs longer than the second value is not flaky but depends on something.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// Delays before another try to start a test for which there was no room.
const ROOM: Backoff = Backoff::new(Duration::from_millis(20), Duration::from_secs(1));
/// The number of tries after which probe gives up on such a test: about six seconds on average.
const ROOM_TRIES: u32 = 16;

/// The attempts of tests that have failed at least once.
#[derive(Debug)]
pub(super) struct Retries {
    spent: BTreeMap<NodeId, Spent>,
    /// The last failure of tests that wait for their next attempt: for its time, or for what it needs.
    waiting: BTreeMap<NodeId, Failure>,
    /// The last failure of tests whose next attempt runs.
    running: BTreeMap<NodeId, Failure>,
    /// How often there was no room for a test that has not started since.
    no_room: BTreeMap<NodeId, u32>,
    random: SmallRng,
}

/// The attempts of a test that did not pass.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// The attempts that failed by themselves.
    failures: u32,
    /// The attempts that failed by a race, which are counted separately.
    races: u32,
}

/// What follows from a failure.
#[derive(Debug)]
pub(super) enum Then {
    /// Another attempt, after this delay.
    Again(Duration),
    /// Nothing: the test has failed.
    Failed(Failure),
}

impl Retries {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            spent: BTreeMap::new(),
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            no_room: BTreeMap::new(),
            random: SmallRng::seed_from_u64(seed),
        }
    }

    /// The number of the current or next attempt, counted from 1.
    pub(super) fn attempt(&self, unit: NodeId) -> u32 {
        self.spent.get(&unit).map_or(1, |spent| spent.failures + spent.races + 1)
    }

    /// The number of attempts that failed by a race.
    pub(super) fn races(&self, unit: NodeId) -> u32 {
        self.spent.get(&unit).map_or(0, |spent| spent.races)
    }

    /// Takes the failure of an attempt. `retries` is how many more attempts the test may have in total. The delays are
    /// exponential with full jitter, so that tests that failed together do not come back together.
    pub(super) fn failed(&mut self, unit: NodeId, retries: u32, failure: Failure) -> Then {
        // It may have failed for good before it started.
        self.waiting.remove(&unit);
        let failures = &mut self.spent.entry(unit).or_default().failures;
        *failures += 1;
        if *failures > retries {
            return Then::Failed(failure);
        }
        let failures = *failures;
        Then::Again(self.back_off(unit, failures, failure))
    }

    /// Like [`failed`](Self::failed), for an attempt that failed by a race, with a separate limit `retries`. Returns the delay
    /// before the next attempt. Returns `None` if the limit is reached; then nothing is counted, and it is an ordinary failure.
    pub(super) fn raced(
        &mut self,
        unit: NodeId,
        retries: u32,
        failure: Failure,
    ) -> Option<Duration> {
        let races = &mut self.spent.entry(unit).or_default().races;
        if *races >= retries {
            return None;
        }
        *races += 1;
        let races = *races;
        Some(self.back_off(unit, races, failure))
    }

    fn back_off(&mut self, unit: NodeId, failed: u32, failure: Failure) -> Duration {
        self.waiting.insert(unit, failure);
        AGAIN.delay(failed - 1, &mut self.random)
    }

    /// Returns the delay before the next try to start a test for which there was no room; `None` after too many tries.
    pub(super) fn no_room(&mut self, unit: NodeId) -> Option<Duration> {
        let tries = self.no_room.entry(unit).or_default();
        *tries += 1;
        if *tries >= ROOM_TRIES {
            return None;
        }
        if let Some(failure) = self.running.remove(&unit) {
            self.waiting.insert(unit, failure);
        }
        Some(ROOM.delay(*tries - 1, &mut self.random))
    }

    /// Whether the test waits for its next attempt.
    pub(super) fn waits(&self, unit: NodeId) -> bool {
        self.waiting.contains_key(&unit)
    }

    /// Notes that an attempt starts, so the test waits no more.
    pub(super) fn started(&mut self, unit: NodeId) {
        if let Some(failure) = self.waiting.remove(&unit) {
            self.running.insert(unit, failure);
        }
    }

    /// Gives up a test that waits for another attempt: its last one has failed. Returns `None` if it does not wait.
    pub(super) fn give_one_up(&mut self, unit: NodeId) -> Option<Failure> {
        self.waiting.remove(&unit)
    }

    /// Gives up all tests that wait for another attempt, except those for which `goes_on` is true.
    pub(super) fn give_up(
        &mut self,
        goes_on: impl Fn(NodeId) -> bool,
    ) -> impl Iterator<Item = Failure> {
        let (waiting, given_up) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition::<BTreeMap<NodeId, Failure>, _>(|(unit, _)| goes_on(*unit));
        self.waiting = waiting;
        given_up.into_values()
    }
}
