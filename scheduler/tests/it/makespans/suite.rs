//! The generator of suites, and what their tests and libraries take at the least.

use std::time::Duration;

use probe_scheduler::{Forecast, Limits, NodeId, PRELOADS, Plan, PlanBuilder, TESTS, Unit};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// How many imports transfer at once, as in the runner's defaults.
pub(crate) const PRELOAD_SLOTS: u32 = 8;

pub(crate) struct Library {
    pub(crate) seconds: f64,
    /// Libraries of smaller index.
    pub(crate) needs: Vec<usize>,
}

pub(crate) struct Test {
    pub(crate) seconds: f64,
    pub(crate) needs: Vec<usize>,
}

/// Tests that need libraries, in the order in which they are listed.
pub(crate) struct Suite {
    pub(crate) seed: u64,
    pub(crate) slots: u32,
    pub(crate) libraries: Vec<Library>,
    pub(crate) tests: Vec<Test>,
}

/// What a node of the plan takes, and what it is expected to take.
struct Work {
    seconds: f64,
    expected: Option<f64>,
}

impl Suite {
    /// A suite of 10 to 300 tests of 0.05 to 5 s, few of them long, and of 1 to 8 libraries of 0.5
    /// to 20 s; half of the tests need one library or several, and a quarter of the libraries need
    /// another.
    pub(crate) fn random(seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let library_count = random.random_range(1..=8);
        let mut libraries = Vec::new();
        for index in 0..library_count {
            let needs = match index {
                0 => Vec::new(),
                _ if random.random_bool(0.25) => vec![random.random_range(0..index)],
                _ => Vec::new(),
            };
            libraries.push(Library { seconds: skewed(&mut random, 0.5, 20.0), needs });
        }
        let mut tests: Vec<Test> = (0..random.random_range(10..=300))
            .map(|_| Test {
                seconds: skewed(&mut random, 0.05, 5.0),
                needs: random_needs(&mut random, library_count),
            })
            .collect();
        // A library that nobody needs would not be in the plan.
        for index in 0..library_count {
            let test = random.random_range(0..tests.len());
            tests[test].needs.push(index);
        }
        Self { seed, slots: [2, 4, 8, 16][random.random_range(0..4)], libraries, tests }
    }

    /// No schedule is faster: neither than the longest path, nor than the work of a lane shared out
    /// evenly over its slots.
    pub(crate) fn lower_bound(&self) -> f64 {
        let path = |test: &Test| test.seconds + self.ready_at(&test.needs);
        let critical_path = self.tests.iter().map(path).fold(self.all_ready_at(), f64::max);
        let tests: f64 = self.tests.iter().map(|test| test.seconds).sum();
        let libraries: f64 = self.libraries.iter().map(|library| library.seconds).sum();
        critical_path.max(tests / f64::from(self.slots)).max(libraries / f64::from(PRELOAD_SLOTS))
    }

    /// This crate's schedule, where the last run's durations are known, give or take a third.
    pub(crate) fn scheduled(&self) -> f64 {
        let mut random = SmallRng::seed_from_u64(self.seed);
        self.makespan(|seconds| Some(seconds * random.random_range(0.67..1.33)))
    }

    /// This crate's schedule, where nothing is known of any duration.
    pub(crate) fn scheduled_blindly(&self) -> f64 {
        self.makespan(|_| None)
    }

    /// When the libraries, with those that they need, are there if nothing holds them up.
    pub(crate) fn ready_at(&self, libraries: &[usize]) -> f64 {
        let ready = |&index: &usize| {
            let library = &self.libraries[index];
            library.seconds + self.ready_at(&library.needs)
        };
        libraries.iter().map(ready).fold(0.0, f64::max)
    }

    fn all_ready_at(&self) -> f64 {
        let all: Vec<usize> = (0..self.libraries.len()).collect();
        self.ready_at(&all)
    }

    fn makespan(&self, mut expect: impl FnMut(f64) -> Option<f64>) -> f64 {
        let plan = self.plan(|seconds| Work { seconds, expected: expect(seconds) });
        let limits = Limits::new().lane(PRELOADS, PRELOAD_SLOTS).lane(TESTS, self.slots);
        let real = |id: NodeId| match plan.graph().payload(id) {
            Unit::Preload(work) | Unit::Test(work) => Duration::from_secs_f64(work.seconds),
        };
        Forecast::with_durations(plan.graph(), limits, real).makespan().as_secs_f64()
    }

    fn plan(&self, mut work: impl FnMut(f64) -> Work) -> Plan<usize, Work, Work> {
        let mut plan = PlanBuilder::new();
        let mut preloads = Vec::new();
        for (index, library) in self.libraries.iter().enumerate() {
            let work = work(library.seconds);
            let expected = work.expected;
            let preload = plan.library(index, || work);
            for &need in &library.needs {
                plan.library_needs(preload, preloads[need]);
            }
            if let Some(expected) = expected {
                plan.expect_duration(preload, Duration::from_secs_f64(expected));
            }
            preloads.push(preload);
        }
        for test in &self.tests {
            let work = work(test.seconds);
            let expected = work.expected;
            let id = plan.test(work);
            for &need in &test.needs {
                plan.need(id, preloads[need]);
            }
            if let Some(expected) = expected {
                plan.expect_duration(id, Duration::from_secs_f64(expected));
            }
        }
        plan.build().expect("libraries need only earlier ones")
    }
}

/// Between the two, the smaller the more often: evenly distributed in the logarithm.
fn skewed(random: &mut SmallRng, least: f64, most: f64) -> f64 {
    least * (most / least).powf(random.random_range(0.0..1.0))
}

fn random_needs(random: &mut SmallRng, libraries: usize) -> Vec<usize> {
    let count = [0, 0, 0, 1, 1, 2][random.random_range(0..6)];
    (0..count).map(|_| random.random_range(0..libraries)).collect()
}
