//! `probe` beside other programs, on this machine, in the same minutes: each row runs all of its programs in turn, round
//! after round, and prints ratios, so that a busy machine shows in the spread and not in the result.
//!
//! `probe-bench [--passes N] [ROW…]` runs the rows whose names begin with one of the words, or all, and all of them so many
//! times over; a bar is judged in every pass. Prints one Markdown table, and on standard error how it goes.
//! `probe-bench counts` counts instructions instead, and `probe-bench fleets [N]` simulates N fleets of machines that share a
//! suite among them. A program that is not installed is skipped, and said. The exit code is
//! 1 if a bar is missed. Knows `probe` by its command line only,
//! but for the crate that deals shards.

mod contest;
mod counts;
mod fleet;
mod measure;
mod outcome;
mod row;
mod rows;
mod server;
mod spread;
mod table;
mod workshop;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use outcome::Outcome;
use table::Standings;
use workshop::Workshop;

fn main() -> Outcome<ExitCode> {
    let mut words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if words.first().is_some_and(|word| word == measure::MEASURE) {
        measure::measure(&words[1..])?;
        return Ok(ExitCode::SUCCESS);
    }
    if words.first().is_some_and(|word| word == "fleets") {
        let count = words.get(1).and_then(|word| word.to_str()?.parse().ok()).unwrap_or(1_000);
        return Ok(exit(fleet::simulate(count, &mut io::stdout())?));
    }
    let passes = passes(&mut words)?;
    let workshop = Workshop::open()?;
    let mut out = io::stdout();
    writeln!(out, "{}\n", workshop.machine())?;
    if words == ["counts"] {
        return Ok(exit(counts::count(&workshop, &mut out)?));
    }
    let standings = compare(&workshop, &words, passes)?;
    write!(out, "{}", table::HEAD)?;
    for standings in &standings {
        write!(out, "{standings}")?;
    }
    Ok(exit(standings.iter().map(Standings::missed).sum()))
}

/// Takes `--passes N` from before the other words.
fn passes(words: &mut Vec<OsString>) -> Outcome<usize> {
    if words.first().is_none_or(|word| word != "--passes") {
        return Ok(1);
    }
    let number = words.drain(..2.min(words.len())).nth(1);
    let number = number.and_then(|number| number.to_str()?.parse().ok());
    number.filter(|&passes| passes > 0).ok_or_else(|| "`--passes` wants a number above 0".into())
}

/// Prepares the rows that are wanted, and runs all of them so many times over.
fn compare(workshop: &Workshop, words: &[OsString], passes: usize) -> Outcome<Vec<Standings>> {
    let wanted = |name: &str| {
        let begins = |word: &OsString| word.to_str().is_some_and(|word| name.starts_with(word));
        words.is_empty() || words.iter().any(begins)
    };
    let mut rows = Vec::new();
    for (name, row) in rows::ROWS.iter().filter(|(name, _)| wanted(name)) {
        let started = Instant::now();
        rows.push((name, Standings::new(row(workshop)?)));
        writeln!(io::stderr(), "{name}: prepared in {:.1?}", started.elapsed())?;
    }
    for pass in 1..=passes {
        for (name, standings) in &mut rows {
            let started = Instant::now();
            let run = standings.row().run()?;
            standings.add(run);
            let missed = if standings.missed() == 0 { "" } else { ", a bar was missed" };
            let took = started.elapsed();
            writeln!(io::stderr(), "{name}: pass {pass} of {passes}, {took:.1?}{missed}")?;
        }
    }
    Ok(rows.into_iter().map(|(_, standings)| standings).collect())
}

fn exit(missed: usize) -> ExitCode {
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
