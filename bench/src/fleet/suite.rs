//! Suites of all kinds, as the seed has it: a few tests or a million, quick or slow, with libraries that all or few need.

use probe_shard::Unit;
use rand::RngExt;
use rand::rngs::StdRng;

/// A suite, and the fleet that is to run it.
#[derive(Debug)]
pub(super) struct Generated {
    pub(super) tests: Vec<Test>,
    /// How long a machine takes to prepare each library, in microseconds.
    pub(super) setups: Vec<u64>,
    /// Of each library.
    pub(super) bytes: Vec<f64>,
    pub(super) machines: usize,
    pub(super) jobs: usize,
}

/// A test, or tests that come after each other.
#[derive(Debug)]
pub(super) struct Test {
    name: String,
    pub(super) micros: u64,
    pub(super) needs: Vec<usize>,
}

impl Generated {
    pub(super) fn new(random: &mut StdRng) -> Self {
        let count = log_uniform(random, 10.0, 1e6) as usize;
        let machines = log_uniform(random, 2.0, 101.0) as usize;
        let jobs = [1, 2, 4, 8, 16][random.random_range(0..5)];
        let libraries = random.random_range(0..=12);
        let setups = (0..libraries).map(|_| micros(log_normal(random, 5.0, 1.2), 600.0)).collect();
        let bytes = (0..libraries).map(|_| log_normal(random, 20e6, 1.5)).collect();
        // Each library has its part of the suite, and some tests need two.
        let shares: Vec<f64> = (0..libraries).map(|_| random.random_range(0.0..0.5)).collect();
        let (middle, spread) = (log_uniform(random, 0.01, 5.0), random.random_range(0.2..1.6));
        let chained = random.random_range(0.0..0.1);
        let tests = (0..count)
            .map(|number| {
                let times = if random.random_bool(chained) { random.random_range(2..6) } else { 1 };
                let micros =
                    (0..times).map(|_| micros(log_normal(random, middle, spread), 600.0)).sum();
                let mut needs: Vec<usize> = Vec::new();
                for (library, share) in shares.iter().enumerate() {
                    if needs.len() < 2 && random.random_bool(*share) {
                        needs.push(library);
                    }
                }
                Test { name: format!("suite tests/case_{number}"), micros, needs }
            })
            .collect();
        Self { tests, setups, bytes, machines, jobs }
    }

    pub(super) fn units(&self) -> Vec<Unit<'_>> {
        let tests = self.tests.iter();
        tests
            .map(|test| Unit { key: &test.name, work: test.micros, needs: test.needs.clone() })
            .collect()
    }

    /// The seconds of the test that takes longest with what it needs: no fleet is quicker.
    pub(super) fn longest_alone(&self) -> f64 {
        let alone = |test: &Test| {
            test.micros + test.needs.iter().map(|need| self.setups[*need]).sum::<u64>()
        };
        self.tests.iter().map(alone).max().unwrap_or(0) as f64 / 1e6
    }

    /// The seconds that some slot of the fleet has to run k + 1 of the (k × slots + 1) longest tests, for a few k.
    pub(super) fn longest_together(&self) -> f64 {
        let slots = self.machines * self.jobs;
        let mut micros: Vec<u64> = self.tests.iter().map(|test| test.micros).collect();
        micros.sort_unstable_by(|one, other| other.cmp(one));
        let together = (1..=4).filter_map(|k| {
            let longest = micros.get(..=k * slots)?;
            Some(longest[longest.len() - k - 1..].iter().sum::<u64>())
        });
        together.max().unwrap_or(0) as f64 / 1e6
    }

    /// The bytes of all libraries that any test needs.
    pub(super) fn bytes_of_all(&self) -> f64 {
        let is_needed =
            |library: usize| self.tests.iter().any(|test| test.needs.contains(&library));
        let needed = (0..self.bytes.len()).filter(|library| is_needed(*library));
        needed.map(|library| self.bytes[library]).sum()
    }
}

/// Between two numbers, each order of magnitude as likely as the next.
fn log_uniform(random: &mut StdRng, least: f64, most: f64) -> f64 {
    random.random_range(least.ln()..most.ln()).exp()
}

/// Around a median, with a tail, as times of tests and sizes of files have it. By Box and Muller.
fn log_normal(random: &mut StdRng, median: f64, sigma: f64) -> f64 {
    let (one, two): (f64, f64) =
        (random.random_range(f64::EPSILON..1.0), random.random_range(0.0..1.0));
    let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos();
    median * (sigma * normal).exp()
}

/// Seconds, of which nothing takes more than `most`, in microseconds.
fn micros(seconds: f64, most: f64) -> u64 {
    (seconds.min(most) * 1e6) as u64
}
