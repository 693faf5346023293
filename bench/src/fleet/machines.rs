//! What becomes of a suite on the machines of a fleet. Does not know how it was dealt.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::suite::{Generated, Test};

/// A fleet that has run a suite.
#[derive(Debug)]
pub(super) struct Fleet {
    /// Until its last machine had ended.
    pub(super) seconds: f64,
    /// That came from the origin, to all machines.
    pub(super) bytes: f64,
}

/// Each machine prepares what its tests need, and runs them.
pub(super) fn dealt(suite: &Generated, shard_of: &[usize]) -> Fleet {
    let mut tests: Vec<Vec<&Test>> = vec![Vec::new(); suite.machines];
    for (test, shard) in suite.tests.iter().zip(shard_of) {
        tests[*shard].push(test);
    }
    let mut fleet = Fleet { seconds: 0.0, bytes: 0.0 };
    for mut tests in tests {
        tests.sort_by_key(|test| Reverse(test.micros));
        let mut prepared = vec![false; suite.setups.len()];
        let mut begins = 0;
        for need in tests.iter().flat_map(|test| &test.needs) {
            if !std::mem::replace(&mut prepared[*need], true) {
                begins += suite.setups[*need];
                fleet.bytes += suite.bytes[*need];
            }
        }
        let mut free: BinaryHeap<Reverse<u64>> = vec![Reverse(begins); suite.jobs].into();
        let mut ends = if tests.is_empty() { 0 } else { begins };
        for test in tests {
            let Reverse(slot) = free.pop().expect("there is a slot");
            free.push(Reverse(slot + test.micros));
            ends = ends.max(slot + test.micros);
        }
        fleet.seconds = fleet.seconds.max(ends as f64 / 1e6);
    }
    fleet
}

/// All machines take the longest test that is left as soon as a slot is free, and prepare what it needs when it is taken.
pub(super) fn pulled(suite: &Generated) -> Fleet {
    let mut tests: Vec<&Test> = suite.tests.iter().collect();
    tests.sort_by_key(|test| Reverse(test.micros));
    let mut prepared = vec![vec![false; suite.setups.len()]; suite.machines];
    let slots = (0..suite.machines).flat_map(|machine| vec![Reverse((0_u64, machine)); suite.jobs]);
    let mut free: BinaryHeap<Reverse<(u64, usize)>> = slots.collect();
    let mut fleet = Fleet { seconds: 0.0, bytes: 0.0 };
    let mut ends = 0;
    for test in tests {
        let Reverse((mut at, machine)) = free.pop().expect("there is a slot");
        for need in &test.needs {
            if !std::mem::replace(&mut prepared[machine][*need], true) {
                at += suite.setups[*need];
                fleet.bytes += suite.bytes[*need];
            }
        }
        at += test.micros;
        free.push(Reverse((at, machine)));
        ends = ends.max(at);
    }
    fleet.seconds = ends as f64 / 1e6;
    fleet
}
