//! `probe history` and `probe flaky`: what earlier runs came to, test by test.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::time::SystemTime;

use probe_report::{Bytes, style};
use probe_run::Exit;
use probe_scenario::{Suite, TestId};

use super::ago::ago;
use super::opening::{exit, open_to_look};
use super::selected::{say_nothing_selected, selected};
use crate::args::HistoryArguments;
use crate::environment::Environment;
use crate::history::{Entry, History, Outcome, Ran, Spent, Steadiness};
use crate::project::Project;
use crate::ui::{Failure, print, print_note, print_warning};

/// Prints the last runs of each selected test.
pub(crate) fn history(
    arguments: &HistoryArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let project = open_to_look(&arguments.project, &arguments.selection, environment)?;
    let tests = look(&project, arguments, environment);
    let now = SystemTime::now();
    let known: Vec<_> = tests.iter().filter(|(_, (runs, _))| !runs.is_empty()).collect();
    print(|out| {
        known.iter().try_for_each(|(test, (runs, spent))| {
            write_runs(out, &project.suite, *test, (runs, *spent), now)
        })
    })?;
    let ended = match (tests.len(), known.len()) {
        (0, _) => Exit::NoTests,
        (_, 0) => {
            print_note("no run of these tests is known");
            Exit::Passed
        }
        _ => Exit::Passed,
    };
    Ok(exit(&project, ended))
}

/// Prints the selected tests that are not steady, the least steady first.
pub(crate) fn flaky(
    arguments: &HistoryArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let project = open_to_look(&arguments.project, &arguments.selection, environment)?;
    let tests = look(&project, arguments, environment);
    let steadiness = |runs: &[Ran]| {
        let entries: Vec<Entry> = runs.iter().map(|ran| ran.entry).collect();
        Steadiness::of(&entries)
    };
    let mut unsteady: Vec<(TestId, Steadiness)> =
        tests.iter().map(|(test, (runs, _))| (*test, steadiness(runs))).collect();
    unsteady.retain(|(_, steadiness)| steadiness.unsteady() > 0);
    // A stable sort: of two that are as unsteady, the first of the manifest.
    unsteady.sort_by_key(|(_, steadiness)| Reverse(steadiness.unsteady() * 1000 / steadiness.runs));
    print(|out| {
        unsteady.iter().try_for_each(|(test, steadiness)| {
            write_unsteady(out, &project.suite, *test, *steadiness)
        })
    })?;
    if tests.is_empty() {
        return Ok(exit(&project, Exit::NoTests));
    }
    if unsteady.is_empty() {
        let known = tests.iter().filter(|(_, (runs, _))| !runs.is_empty()).count();
        print_note(&format!("of {} with known runs, all are steady", tests_counted(known)));
    }
    Ok(exit(&project, Exit::Passed))
}

/// The last runs of a test, and what the last of them used.
type Known = (Vec<Ran>, Option<Spent>);

/// The selected tests, each with its last runs.
fn look(
    project: &Project,
    arguments: &HistoryArguments,
    environment: &Environment,
) -> Vec<(TestId, Known)> {
    let mut history = History::look(&project.root);
    let tests = selected(&arguments.selection, project, environment).into_iter();
    let tests: Vec<_> = tests
        .map(|test| {
            let spent = history.usage_of(&project.suite, test);
            (test, (history.runs_of(&project.suite, test), spent))
        })
        .collect();
    if tests.is_empty() {
        say_nothing_selected(project);
    }
    for trouble in history.take_troubles() {
        print_warning(&trouble);
    }
    tests
}

/// A test, and a line for each of its runs, the newest first.
fn write_runs(
    out: &mut dyn Write,
    suite: &Suite,
    test: TestId,
    (runs, spent): (&[Ran], Option<Spent>),
    now: SystemTime,
) -> io::Result<()> {
    let passed = runs.iter().filter(|ran| ran.entry.outcome.has_passed()).count();
    let (name, cyan) = (&suite.tests[test.index()], style::NAME);
    let spent = spent.map_or_else(String::new, |spent| {
        format!(
            "; the last took {:.3} s CPU, and {} at most",
            spent.cpu.as_secs_f64(),
            Bytes(spent.peak)
        )
    });
    let counted = counted(runs.len());
    writeln!(out, "{cyan}{name}{cyan:#}: passed in {passed} of the last {counted}{spent}")?;
    for Ran { run, entry } in runs.iter().rev() {
        let (verb, colour) = verb(*entry);
        let attempts = match entry.attempts {
            1 => String::new(),
            attempts => format!("  {attempts} attempts"),
        };
        let (id, when) = match run {
            Some((id, started)) => (format!("run {id}"), ago(*started, now)),
            None => (String::new(), String::new()),
        };
        let (took, dim) = (entry.took.as_secs_f64(), style::DIM);
        writeln!(
            out,
            "{colour}{verb:>12}{colour:#} [{took:>8.3}s] {when:>12}  {dim}{id}{dim:#}{attempts}"
        )?;
    }
    Ok(())
}

fn write_unsteady(
    out: &mut dyn Write,
    suite: &Suite,
    test: TestId,
    steadiness: Steadiness,
) -> io::Result<()> {
    let Steadiness { runs, flaky, raced, flipped } = steadiness;
    let how = [
        (flaky, "passed at a later attempt"),
        (raced, "passed after a race"),
        (flipped, "failed between runs that passed"),
    ];
    let how: Vec<String> = how
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
    let percent = steadiness.unsteady() * 100 / runs;
    let (name, cyan, colour) = (&suite.tests[test.index()], style::NAME, style::WARN);
    writeln!(
        out,
        "{colour}{:>12}{colour:#} {percent:>3} % of {} {cyan}{name}{cyan:#}: {}",
        "FLAKY",
        counted(runs),
        how.join(", ")
    )
}

fn verb(entry: Entry) -> (&'static str, anstyle::Style) {
    match entry.outcome {
        Outcome::Passed if entry.attempts > 1 => ("FLAKY", style::WARN),
        Outcome::Passed => ("PASS", style::PASS),
        Outcome::PassedAfterRace => ("RACE", style::WARN),
        Outcome::Expected => ("XFAIL", style::WARN),
        Outcome::Skipped => ("SKIP", style::WARN),
        Outcome::Empty => ("EMPTY", style::WARN),
        Outcome::Failed => ("FAIL", style::FAIL),
        Outcome::TimedOut => ("TIMEOUT", style::FAIL),
    }
}

/// `1 test`, `2 tests`.
fn tests_counted(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}

/// `1 run`, `2 runs`.
fn counted(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}
