//! The graph that the benchmarks share: each test needs five of many libraries, chosen with a fixed
//! seed.

use std::collections::VecDeque;

use probe_scheduler::{
    Limits, Next, NodeId, Outcome, PRELOADS, Plan, PlanBuilder, Run, State, TESTS,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// How many libraries a test needs.
pub(crate) const NEEDS: usize = 5;

/// How many units run at once during the walk.
const RUNNING: usize = 16;

/// Returns the number of libraries for this number of tests.
pub(crate) fn libraries(tests: usize) -> usize {
    tests.div_ceil(100)
}

/// Returns the libraries that each test needs. Each call computes them again, so that no list of
/// them counts as memory of the graph.
pub(crate) fn needs(tests: usize) -> impl Iterator<Item = [usize; NEEDS]> {
    let mut random = SmallRng::seed_from_u64(tests as u64);
    let libraries = libraries(tests);
    (0..tests).map(move |_| [(); NEEDS].map(|()| random.random_range(0..libraries)))
}

/// Returns the plan for these tests.
pub(crate) fn plan(
    tests: usize,
    needs: impl Iterator<Item = [usize; NEEDS]>,
) -> Plan<usize, u32, u32> {
    let mut plan = PlanBuilder::new();
    let preloads: Vec<_> =
        (0..libraries(tests)).map(|index| plan.library(index, || index as u32)).collect();
    for (index, needs) in needs.enumerate() {
        let test = plan.test(index as u32);
        for need in needs {
            plan.need(test, preloads[need]);
        }
    }
    plan.build().expect("libraries need nothing")
}

/// Starts and finishes every unit, several at a time.
///
/// # Panics
///
/// If a unit does not pass.
pub(crate) fn walk(plan: &Plan<usize, u32, u32>) {
    let mut run = Run::new(plan.graph(), Limits::new().lane(PRELOADS, 8).lane(TESTS, 8));
    let mut running: VecDeque<NodeId> = VecDeque::with_capacity(RUNNING);
    loop {
        match run.start_next() {
            Next::Start(id) => running.push_back(id),
            Next::Wait => {
                let id = running.pop_front().expect("something runs while the run waits");
                run.finish(id, Outcome::Passed);
            }
            Next::Done => break,
        }
    }
    assert_eq!(run.counts().of(State::Passed), plan.graph().len());
}
