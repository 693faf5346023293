//! Fleets that were never built: generated suites, dealt to machines in several ways, beside what no deal can beat.
//!
//! A machine prepares what its tests share, one after the other, and then runs its tests, the longest first, so many at once.
//! Times are known exactly. Knows nothing of how shards are dealt.

mod machines;
mod suite;

use std::io::Write;
use std::num::NonZeroUsize;

use probe_shard::{Load, bound, by_name, by_time};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::outcome::Outcome;
use machines::{Fleet, dealt, pulled};
use suite::Generated;

/// Every run simulates the same suites.
const SEED: u64 = 0x5eed_0f1e;
/// What `--shard-by time` may take, as a ratio to the bound: at the median, and at the 99th percentile.
const BARS: [(f64, f64); 2] = [(0.5, 1.10), (0.99, 1.25)];

/// The ratio of each way to the bound, and what it fetches.
#[derive(Debug, Default)]
struct Way {
    ratios: Vec<f64>,
    /// Bytes from the origin, of all machines, beside those of a fleet that fetches each library once.
    fetched: Vec<f64>,
}

impl Way {
    fn add(&mut self, fleet: &Fleet, bound: f64, once: f64) {
        self.ratios.push(if bound > 0.0 { fleet.seconds / bound } else { 1.0 });
        if once > 0.0 {
            self.fetched.push(fleet.bytes / once);
        }
    }
}

/// Simulates so many fleets, prints a table, and says how many bars are missed.
pub(crate) fn simulate(count: usize, out: &mut impl Write) -> Outcome<usize> {
    let mut random = StdRng::seed_from_u64(SEED);
    let [mut by_names, mut by_times, mut pulls] = [Way::default(), Way::default(), Way::default()];
    let (mut tests, mut machines) = (0, 0);
    for _ in 0..count {
        let generated = Generated::new(&mut random);
        let shards = NonZeroUsize::new(generated.machines).expect("there is one machine at least");
        let units = generated.units();
        let jobs = NonZeroUsize::new(generated.jobs).expect("one test runs at least");
        let load = Load { units: &units, shared: &generated.setups, jobs };
        let least = (bound(&load, shards) as f64 / 1e6)
            .max(generated.longest_alone())
            .max(generated.longest_together());
        let once = generated.bytes_of_all();
        let names = by_name(units.iter().map(|unit| unit.key), shards);
        by_names.add(&dealt(&generated, &names), least, once);
        by_times.add(&dealt(&generated, &by_time(&load, shards)), least, once);
        pulls.add(&pulled(&generated), least, once);
        tests = tests.max(generated.tests.len());
        machines = machines.max(generated.machines);
    }
    writeln!(out, "{count} suites of up to {tests} tests on up to {machines} machines\n")?;
    writeln!(out, "| way | median | 90 % | 99 % | worst | bytes from the origin, median | 99 % |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    let mut missed = 0;
    for (name, way) in [
        ("`--shard`, by a hash of names", &mut by_names),
        ("`--shard-by time`", &mut by_times),
        ("a queue that all machines pull from", &mut pulls),
    ] {
        way.ratios.sort_by(f64::total_cmp);
        way.fetched.sort_by(f64::total_cmp);
        let [middle, most, nearly, worst] =
            [0.5, 0.9, 0.99, 1.0].map(|at| percentile(&way.ratios, at));
        let [bytes, many] = [0.5, 0.99].map(|at| percentile(&way.fetched, at));
        writeln!(
            out,
            "| {name} | {middle:.3} | {most:.3} | {nearly:.3} | {worst:.3} | {bytes:.1} × | {many:.1} × |"
        )?;
    }
    for (at, bar) in BARS {
        missed += usize::from(percentile(&by_times.ratios, at) > bar);
    }
    Ok(missed)
}

/// The value below which this part of sorted values lies.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * part).round() as usize).copied().unwrap_or(f64::NAN)
}
