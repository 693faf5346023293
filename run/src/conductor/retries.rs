//! Which failed tests run again, and when: a count and a delay for each. Knows no clock and runs nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use probe_loader::Backoff;
use probe_scheduler::NodeId;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::summary::Failure;

/// Before another attempt. A test that needs longer than the second time is not flaky but dependent on something.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// Before another start of a test for which there was no room.
const ROOM: Backoff = Backoff::new(Duration::from_millis(20), Duration::from_secs(1));
/// Starts after which a test is given up for which there is no room: some six seconds in the mean.
const ROOM_TRIES: u32 = 16;

/// The attempts of tests that have failed at least once.
#[derive(Debug)]
pub(super) struct Retries {
    spent: BTreeMap<NodeId, Spent>,
    /// The last failure of tests that wait for their next attempt: for its time, or for what it needs.
    waiting: BTreeMap<NodeId, Failure>,
    /// The same of tests whose next attempt runs.
    running: BTreeMap<NodeId, Failure>,
    /// How often there was no room for a test that has not started since.
    no_room: BTreeMap<NodeId, u32>,
    random: SmallRng,
}

/// The attempts of a test that did not pass.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// Those that failed by themselves.
    failures: u32,
    /// Those that failed by a race, which are counted apart.
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

    /// The number of the attempt that runs now or is about to, counted from 1.
    pub(super) fn attempt(&self, unit: NodeId) -> u32 {
        self.spent.get(&unit).map_or(1, |spent| spent.failures + spent.races + 1)
    }

    /// How many attempts a test has had that failed by a race.
    pub(super) fn races(&self, unit: NodeId) -> u32 {
        self.spent.get(&unit).map_or(0, |spent| spent.races)
    }

    /// Takes the failure of an attempt; `retries` is how many more the test may have in all. The delays are exponential
    /// with full jitter, so that tests which failed together do not come back together.
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

    /// The same for an attempt that failed by a race, of which the test may repeat `retries`: the delay before the next
    /// one. `None` if it has had that many; then nothing is counted, and it is an ordinary failure.
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

    /// There was no room to start the test: after which delay it is tried again; `None` if it has been tried often enough.
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

    /// An attempt starts: the test waits no more.
    pub(super) fn started(&mut self, unit: NodeId) {
        if let Some(failure) = self.waiting.remove(&unit) {
            self.running.insert(unit, failure);
        }
    }

    /// Gives up one that waits for another attempt: the last one has failed. `None` if it does not wait.
    pub(super) fn give_one_up(&mut self, unit: NodeId) -> Option<Failure> {
        self.waiting.remove(&unit)
    }

    /// Gives up: what waits for another attempt has failed, apart from whoever `goes_on`.
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
