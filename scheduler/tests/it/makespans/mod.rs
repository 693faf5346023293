//! A simulator: the same suite under this crate's schedule and under the barriers and locks of
//! other runners, each against the least time that any schedule could take.

mod barriers;
mod suite;

use std::{fmt::Write, sync::LazyLock};

use suite::Suite;

/// How many random suites are compared.
const SUITES: u64 = 1_000;

/// One way to run a suite, and the time that it takes, in seconds.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    makespan: fn(&Suite) -> f64,
}

static WAYS: [Way; 5] = [
    Way { name: "a node per library", makespan: Suite::scheduled },
    Way { name: "the same, durations unknown", makespan: Suite::scheduled_blindly },
    Way { name: "global barrier", makespan: barriers::global },
    Way { name: "level barriers", makespan: barriers::levels },
    Way { name: "lock convoy", makespan: barriers::convoy },
];

/// The makespans of each way over all suites, as multiples of the lower bound, in ascending order.
static RATIOS: LazyLock<[Vec<f64>; 5]> = LazyLock::new(|| {
    let suites: Vec<Suite> = (0..SUITES).map(Suite::random).collect();
    WAYS.map(|way| {
        let ratio = |suite: &Suite| (way.makespan)(suite) / suite.lower_bound();
        let mut ratios: Vec<f64> = suites.iter().map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    })
});

fn mean(ratios: &[f64]) -> f64 {
    ratios.iter().sum::<f64>() / ratios.len() as f64
}

fn median(ratios: &[f64]) -> f64 {
    ratios[ratios.len() / 2]
}

#[test]
fn no_suite_takes_longer_than_grahams_bound() {
    for suite in (0..SUITES).map(Suite::random) {
        let bound = (2.0 - 1.0 / f64::from(suite.slots)) * suite.lower_bound();
        for makespan in [suite.scheduled(), suite.scheduled_blindly()] {
            let seed = suite.seed;
            assert!(makespan <= bound, "suite {seed}: {makespan} s is more than {bound} s");
        }
    }
}

#[test]
fn no_way_beats_the_lower_bound() {
    // The virtual clock counts whole nanoseconds, the bound does not.
    const ROUNDING: f64 = 1e-6;
    for (way, ratios) in WAYS.iter().zip(&*RATIOS) {
        assert!(ratios[0] >= 1.0 - ROUNDING, "{}: {}", way.name, ratios[0]);
    }
}

#[test]
fn half_of_the_suites_are_within_a_twentieth_of_the_lower_bound() {
    let median = median(&RATIOS[0]);
    assert!(median <= 1.05, "the median is {median} times the lower bound");
}

#[test]
fn every_barrier_is_worse_in_the_mean() {
    let ours = mean(&RATIOS[0]);
    for (way, ratios) in WAYS.iter().zip(&*RATIOS).skip(2) {
        let theirs = mean(ratios);
        assert!(ours < theirs, "{}: {theirs} against {ours}", way.name);
    }
}

#[test]
fn the_table_of_makespans() {
    let mut table =
        format!("{:<29} {:>6} {:>6} {:>6}\n", "x lower bound", "median", "mean", "worst");
    for (way, ratios) in WAYS.iter().zip(&*RATIOS) {
        let (median, mean, worst) = (median(ratios), mean(ratios), ratios[ratios.len() - 1]);
        writeln!(table, "{:<29} {median:>6.2} {mean:>6.2} {worst:>6.2}", way.name)
            .expect("a string takes all that is written");
    }
    insta::assert_snapshot!("makespans", table);
}
