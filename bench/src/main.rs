//! `probe` beside other programs, on this machine, in the same minutes: each row runs all of its programs in turn, round
//! after round, and prints ratios, so that a busy machine shows in the spread and not in the result.
//!
//! `probe-bench [ROW…]` runs the rows whose names begin with one of the words, or all; `probe-bench counts` counts
//! instructions instead. A program that is not installed is skipped, and said. The exit code is 1 if a bar is missed. Knows
//! `probe` by its command line only.

mod contest;
mod counts;
mod row;
mod rows;
mod workshop;

use std::io::{self, Write};
use std::process::ExitCode;

use workshop::Workshop;

/// What a benchmark cannot do without.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<ExitCode> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    let workshop = Workshop::open()?;
    writeln!(out, "{}", workshop.machine())?;
    if wanted == ["counts"] {
        return Ok(exit(counts::count(&workshop, &mut out)?));
    }
    let mut missed = 0;
    for (name, row) in rows::ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|word| name.starts_with(word.as_str())) {
            continue;
        }
        let standings = row(&workshop)?.run()?;
        write!(out, "\n{name}: {standings}")?;
        out.flush()?;
        missed += standings.missed();
    }
    Ok(exit(missed))
}

fn exit(missed: usize) -> ExitCode {
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
