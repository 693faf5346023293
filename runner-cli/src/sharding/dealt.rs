//! All tests dealt to all machines.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use probe_run::{Shard, ShardWay};
use probe_scenario::{Suite, TestId};
use probe_shard::{Load, Unit, by_name, by_time, plan};

use super::ties::{Tied, tied};
use super::timings::Timings;

/// The tests of a suite, dealt.
#[derive(Debug)]
pub(crate) struct Dealt {
    groups: Vec<Tied>,
    /// The part of each group, counted from 0.
    part_of: Vec<usize>,
    of: NonZeroU32,
    tests: usize,
    way: ShardWay,
    plan: u128,
    /// What each group needs: libraries, by id, and behind all libraries of the suite services.
    needs: Vec<Vec<usize>>,
    costs: Option<Costs>,
}

/// What is known of times.
#[derive(Debug)]
struct Costs {
    /// Of each group, in microseconds.
    work: Vec<u64>,
    /// Of each library and then of each service.
    shared: Vec<u64>,
    jobs: NonZeroUsize,
}

/// What one machine has to do.
#[derive(Debug)]
pub(crate) struct Part {
    /// By id.
    pub(crate) tests: Vec<TestId>,
    /// The libraries that it prepares, by id, and behind all libraries of the suite the services.
    pub(crate) prepared: Vec<usize>,
    /// How long that takes, if times are known.
    pub(crate) expected: Option<Duration>,
}

/// Deals `tests`, which are sorted and have all that they come after among them, to so many machines. `timings` say what each
/// takes; with `way` by name they change nothing.
pub(crate) fn deal(
    suite: &Suite,
    tests: &[TestId],
    way: ShardWay,
    of: NonZeroU32,
    timings: Option<&Timings>,
) -> Dealt {
    let groups = tied(suite, tests);
    let keys: Vec<String> =
        groups.iter().map(|group| suite.tests[group.root.index()].to_string()).collect();
    let parts = NonZeroUsize::try_from(of).expect("a pointer has 32 bits at least");
    let needs: Vec<Vec<usize>> = groups.iter().map(|group| needs(suite, &group.tests)).collect();
    let costs = timings.map(|timings| Costs::of(suite, &groups, timings));
    let part_of = match (way, &costs) {
        (ShardWay::Time, Some(costs)) => costs.deal(&keys, &needs, parts),
        _ => by_name(keys.iter().map(String::as_str), parts),
    };
    let names: Vec<String> =
        tests.iter().map(|test| suite.tests[test.index()].to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let by_times = timings.filter(|_| way == ShardWay::Time).map(Timings::text);
    let plan = plan(&names, parts, &[way.word().as_bytes(), &by_times.unwrap_or_default()]);
    Dealt { groups, part_of, of, tests: tests.len(), way, plan, needs, costs }
}

impl Dealt {
    /// How many parts there are.
    pub(crate) fn parts(&self) -> u32 {
        self.of.get()
    }

    /// The tests of a part, counted from 1.
    pub(crate) fn part(&self, number: NonZeroU32) -> Part {
        let is_of = |group: &usize| self.part_of[*group] as u64 + 1 == u64::from(number.get());
        let groups: Vec<usize> = (0..self.groups.len()).filter(is_of).collect();
        let mut tests: Vec<TestId> =
            groups.iter().flat_map(|group| &self.groups[*group].tests).copied().collect();
        tests.sort_unstable();
        let mut prepared: Vec<usize> =
            groups.iter().flat_map(|group| &self.needs[*group]).copied().collect();
        prepared.sort_unstable();
        prepared.dedup();
        let expected = self.costs.as_ref().map(|costs| costs.of_part(&groups, &prepared));
        Part { tests, prepared, expected }
    }

    /// What a run of that part says of itself.
    pub(crate) fn shard(&self, number: NonZeroU32) -> Shard {
        Shard { number, of: self.of, tests: self.tests, way: self.way, plan: self.plan }
    }

    /// The tests of the largest group, if no deal can divide the suite well because of it.
    pub(crate) fn indivisible(&self) -> Option<usize> {
        let largest = self.groups.iter().map(|group| group.tests.len()).max()?;
        let fair = self.tests.div_ceil(self.of.get() as usize);
        (largest > 1 && largest > 2 * fair).then_some(largest)
    }
}

impl Costs {
    fn of(suite: &Suite, groups: &[Tied], timings: &Timings) -> Self {
        // What is not known of a test is what others of the whole suite take.
        let all: Vec<TestId> = groups.iter().flat_map(|group| &group.tests).copied().collect();
        let mut times = timings.of_tests(suite, &all).into_iter();
        let mut work =
            |group: &Tied| times.by_ref().take(group.tests.len()).fold(0, u64::saturating_add);
        let work = groups.iter().map(&mut work).collect();
        Self { work, shared: timings.of_shared(suite), jobs: timings.jobs() }
    }

    fn deal(&self, keys: &[String], needs: &[Vec<usize>], parts: NonZeroUsize) -> Vec<usize> {
        let units: Vec<Unit<'_>> = keys
            .iter()
            .zip(&self.work)
            .zip(needs)
            .map(|((key, work), needs)| Unit { key, work: *work, needs: needs.clone() })
            .collect();
        by_time(&Load { units: &units, shared: &self.shared, jobs: self.jobs }, parts)
    }

    /// How long a machine takes for these groups and for what they need.
    fn of_part(&self, groups: &[usize], prepared: &[usize]) -> Duration {
        let work: u128 = groups.iter().map(|group| u128::from(self.work[*group])).sum();
        let shared: u128 = prepared.iter().map(|shared| u128::from(self.shared[*shared])).sum();
        let micros = work.div_ceil(self.jobs.get() as u128) + shared;
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

/// What a machine prepares for these tests: libraries, and behind them services, each once.
fn needs(suite: &Suite, tests: &[TestId]) -> Vec<usize> {
    let mut needs = Vec::new();
    for test in tests {
        let test = &suite.tests[test.index()];
        needs.extend(suite.libraries_before(test).iter().map(|library| library.index()));
        for service in suite.services_before(test) {
            needs.push(suite.libraries.len() + service.index());
            let libraries = suite.libraries_of_service(service);
            needs.extend(libraries.iter().map(|library| library.index()));
        }
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}
