//! The other ways to keep tests from racing for a library, at their best: without start-up times,
//! with the tests in the order of the list.

use std::collections::{BTreeMap, VecDeque};

use super::suite::{Suite, Test};

/// Slots that take work one after the other; each is known by when it comes free.
struct Slots(Vec<f64>);

impl Slots {
    fn new(count: u32, from: f64) -> Self {
        Self(vec![from; count as usize])
    }

    /// Gives work to the slot that comes free first; `until` says when it ends if it begins then.
    fn take(&mut self, until: impl FnOnce(f64) -> f64) -> f64 {
        let first = (0..self.0.len()).min_by(|&a, &b| self.0[a].total_cmp(&self.0[b]));
        let slot = first.expect("there is a slot");
        self.0[slot] = until(self.0[slot]);
        self.0[slot]
    }

    fn all_free_at(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }
}

/// Every library, one after the other, then every test: nextest's setup scripts.
pub(crate) fn global(suite: &Suite) -> f64 {
    let prepared = suite.libraries.iter().map(|library| library.seconds).sum();
    let mut slots = Slots::new(suite.slots, prepared);
    for test in &suite.tests {
        slots.take(|now| now + test.seconds);
    }
    slots.all_free_at()
}

/// Libraries and tests by their distance from what needs nothing, level after level, each waiting
/// for the last one of the level before: Playwright's project dependencies.
pub(crate) fn levels(suite: &Suite) -> f64 {
    let mut seconds_by_level: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let mut library_levels: Vec<usize> = Vec::new();
    let level_of = |needs: &[usize], levels: &[usize]| {
        needs.iter().map(|&need| levels[need] + 1).max().unwrap_or(0)
    };
    for library in &suite.libraries {
        let level = level_of(&library.needs, &library_levels);
        library_levels.push(level);
        seconds_by_level.entry(level).or_default().push(library.seconds);
    }
    for test in &suite.tests {
        let level = level_of(&test.needs, &library_levels);
        seconds_by_level.entry(level).or_default().push(test.seconds);
    }
    seconds_by_level.values().fold(0.0, |barrier, level| {
        let mut slots = Slots::new(suite.slots, barrier);
        for seconds in level {
            slots.take(|now| now + seconds);
        }
        slots.all_free_at()
    })
}

/// Each test takes the lock of each library that it needs in its own slot, one after the other, and
/// loads what is not there yet: the documented recipe of pytest-xdist.
pub(crate) fn convoy(suite: &Suite) -> f64 {
    let mut there_at: Vec<Option<f64>> = vec![None; suite.libraries.len()];
    let mut tests = suite.tests.iter();
    let mut workers: Vec<Worker<'_>> = (0..suite.slots).map(|_| Worker::default()).collect();
    let mut makespan = 0.0_f64;
    loop {
        let next = workers.iter_mut().min_by(|one, other| one.now.total_cmp(&other.now));
        let worker = next.expect("there is a slot");
        if let Some(library) = worker.locks.pop_front() {
            let loaded_here = worker.now + suite.libraries[library].seconds;
            worker.now = worker.now.max(*there_at[library].get_or_insert(loaded_here));
        } else if let Some(test) = worker.test.take() {
            worker.now += test.seconds;
            makespan = makespan.max(worker.now);
        } else if let Some(test) = tests.next() {
            worker.test = Some(test);
            for &need in &test.needs {
                add_locks(suite, need, &mut worker.locks);
            }
        } else {
            worker.now = f64::INFINITY;
            if workers.iter().all(|worker| worker.now.is_infinite()) {
                return makespan;
            }
        }
    }
}

/// One slot of the convoy.
#[derive(Default)]
struct Worker<'s> {
    now: f64,
    locks: VecDeque<usize>,
    test: Option<&'s Test>,
}

/// The library's lock, after those of the libraries that it needs itself.
fn add_locks(suite: &Suite, library: usize, locks: &mut VecDeque<usize>) {
    for &need in &suite.libraries[library].needs {
        add_locks(suite, need, locks);
    }
    locks.push_back(library);
}
