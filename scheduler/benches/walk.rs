//! Builds, prioritises and walks large graphs, and compares this with petgraph. Fails if a limit is
//! exceeded.
//!
//! `cargo bench -p probe-scheduler --bench walk` prints the table. With a number of tests after
//! `--` it only walks that graph once, for counting instructions: `valgrind --tool=cachegrind
//! --cache-sim=no target/release/deps/walk-… 100000`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and prints"
)]

mod large;
mod with_petgraph;

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

/// The number of rounds. The fastest counts: slower ones were disturbed.
const ROUNDS: usize = 10;

/// The number of tests, and the longest total time on one core of a small machine.
const BARS: [(usize, Duration); 2] =
    [(100_000, Duration::from_millis(60)), (1_000_000, Duration::from_millis(1_500))];

fn main() -> ExitCode {
    if let Some(tests) = std::env::args().find_map(|argument| argument.parse().ok()) {
        large::walk(&large::plan(tests, large::needs(tests)));
        return ExitCode::SUCCESS;
    }
    let mut missed = Vec::new();
    println!("{:>9} {:>10} {:>10} {:>10} {:>7}", "tests", "ours", "bar", "petgraph", "ratio");
    for (tests, bar) in BARS {
        let needs: Vec<_> = large::needs(tests).collect();
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            ours = ours.min(time(|| large::walk(&large::plan(tests, needs.iter().copied()))));
            theirs = theirs.min(time(|| with_petgraph::build_and_walk(tests, &needs)));
        }
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!(
            "{tests:>9} {:>7.1} ms {:>7.0} ms {:>7.1} ms {ratio:>7.2}",
            milliseconds(ours),
            milliseconds(bar),
            milliseconds(theirs)
        );
        if ours > bar {
            missed.push(format!("{tests} tests took longer than {bar:?}"));
        }
        if ours > theirs {
            missed.push(format!("petgraph is faster at {tests} tests"));
        }
    }
    for miss in &missed {
        println!("missed: {miss}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn time<R>(work: impl FnOnce() -> R) -> Duration {
    let begin = Instant::now();
    black_box(work());
    begin.elapsed()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
