//! The end of a run as people read it: the counts, the failures, and the blocked tests with their causes.

use std::io::{self, Write};

use probe_process::Leak;
use probe_run::{
    Ending, Failure, ImportFailure, Leaky, NotImported, ServiceLost, Share, Skipped, Slow, Summary,
    Within,
};
use probe_scenario::{Suite, Tally, Test, TestId};

use super::below::{INDENT, named};
use super::counted::tests;
use super::proposal::Proposals;
use super::rerun::Rerun;
use super::took::took;
use super::{describe, overtime, proposal, races, style, suspicions};

/// Slow tests that are named; the rest is counted.
const SLOWEST: usize = 10;

/// Expected failures that are named; the rest is counted.
const EXPECTED: usize = 10;

/// Tests that have skipped themselves and are named; the rest is counted.
const SKIPS: usize = 10;

/// Writes the summary. The last line is the command for the remaining tests, so that it stands just above the prompt.
pub(super) fn write(
    out: &mut impl Write,
    suite: &Suite,
    summary: &Summary,
    proposals: Option<&Proposals>,
    rerun: Option<&Rerun>,
    columns: Option<usize>,
) -> io::Result<()> {
    writeln!(out, "────────────")?;
    let is_good = summary.failed.is_empty()
        && summary.not_imported.is_empty()
        && summary.services.is_empty()
        && summary.overtime.is_none();
    let colour = if is_good { style::PASS } else { style::FAIL };
    writeln!(
        out,
        "{colour}{:>12}{colour:#} [{:>8.3}s] {} run: {}",
        "SUMMARY",
        summary.took.as_secs_f64(),
        tests(summary.run()),
        counts(summary)
    )?;
    within(out, suite, summary)?;
    slow(out, suite, &summary.slow)?;
    for flaky in &summary.flaky {
        let colour = style::WARN;
        let name = &suite.tests[flaky.test.index()];
        let (before, after) = (style::NAME, style::NAME);
        let attempts = flaky.attempts;
        writeln!(
            out,
            "{colour}{:>12}{colour:#} {before}{name}{after:#}: passed at attempt {attempts}",
            "FLAKY"
        )?;
    }
    races::write(out, suite, summary)?;
    suspicions::write(out, suite, summary)?;
    for (test, left) in by_test(&summary.leaky) {
        left_behind(out, &suite.tests[test.index()].to_string(), &left)?;
    }
    if !summary.strays.is_empty() {
        left_behind(
            out,
            "by a test that cannot be told",
            &summary.strays.iter().collect::<Vec<_>>(),
        )?;
    }
    for failure in &summary.failed {
        one_failed(out, suite, failure, columns)?;
    }
    for failure in summary.expected.iter().take(EXPECTED) {
        one_failed(out, suite, failure, columns)?;
    }
    if let Some(more @ 1..) = summary.expected.len().checked_sub(EXPECTED) {
        writeln!(out, "{INDENT}and {more} more that failed as is expected of them")?;
    }
    for cause in &summary.not_imported {
        not_imported(out, suite, cause, None)?;
    }
    for lost in &summary.services {
        service_lost(out, suite, lost)?;
    }
    cut_short(out, suite, summary)?;
    overtime::summed_up(out, suite, summary)?;
    for (earlier, later) in by_cause(&summary.after_failed) {
        let name = &suite.tests[earlier.index()];
        blocked(out, &format!("test {}{name}{:#}", style::NAME, style::NAME), &later)?;
        named(out, suite, &later)?;
    }
    if !summary.empty.is_empty() {
        let (colour, count) = (style::WARN, tests(summary.empty.len()));
        let counted = "counted as skipped, not as passed";
        writeln!(out, "{colour}{:>12}{colour:#} {count} in which nothing ran: {counted}", "EMPTY")?;
        named(out, suite, &summary.empty)?;
        writeln!(out, "{INDENT}`--success-output immediate` shows what they print")?;
    }
    skips(out, suite, summary)?;
    if summary.done() + summary.blocked() + summary.not_run == 0 {
        writeln!(out, "{INDENT}{}", nothing_selected(summary.skipped))?;
    }
    if let Some(proposals) = proposals {
        proposal::write(out, proposals)?;
    }
    if let Some(seed) = summary.shuffle {
        let strong = style::STRONG;
        writeln!(
            out,
            "{strong}{:>12}{strong:#} --shuffle={seed} gives the same order of starts",
            "SHUFFLED"
        )?;
    }
    match rerun.and_then(|rerun| rerun.command(suite, summary)) {
        Some(command) => {
            writeln!(out, "{}{:>12}{:#} {command}", style::STRONG, "RUN AGAIN", style::STRONG)
        }
        None => Ok(()),
    }
}

/// Writes the counts of runners that run several tests in a process. Writes nothing if each process is one test.
fn within(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    let (Tally { passed, failed, skipped }, processes) = summary.within;
    let all = summary.within.0.all();
    if all == processes as u64 {
        return Ok(());
    }
    let counts = [(passed, "passed"), (failed, "failed"), (skipped, "skipped")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
    let tests = if all == 1 { "1 test".to_owned() } else { format!("{all} tests") };
    let of_a_file = suite.tests.iter().filter(|test| test.files.len() == 1).count();
    let is_other = |test: &Test| test.kind.is_some() && test.files.len() != 1;
    let are_files = of_a_file >= processes && !suite.tests.iter().any(is_other);
    let there = if processes == 1 { "it" } else { "them" };
    let process = match (are_files, processes) {
        (true, 1) => "file",
        (true, _) => "files",
        (false, 1) => "process",
        (false, _) => "processes",
    };
    writeln!(out, "{INDENT}{processes} {process}, {tests} in {there}: {}", counts.join(", "))
}

/// A test that failed.
fn one_failed(
    out: &mut impl Write,
    suite: &Suite,
    failure: &Failure,
    columns: Option<usize>,
) -> io::Result<()> {
    let (verb, colour) = describe::verb(&(&failure.ending).into());
    let detail = describe::detail(&(&failure.ending).into(), failure.attempts);
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    let name = &suite.tests[failure.test.index()];
    let rest = format!(" {}{name}{:#}{detail}", style::NAME, style::NAME);
    let time = took(failure.took, columns, &rest);
    writeln!(out, "{colour}{verb:>12}{colour:#} {time}{rest}")?;
    let Within { named, more } = &failure.within;
    named.iter().try_for_each(|line| writeln!(out, "{INDENT}- {line}"))?;
    match more {
        0 => Ok(()),
        // Of those that its runner has only counted.
        more if named.is_empty() => writeln!(out, "{INDENT}- {more} of the tests in it failed"),
        more => writeln!(out, "{INDENT}- and {more} more"),
    }
}

/// Writes the tests that skipped themselves, with their reasons, and the tests that come after tests in which nothing ran.
fn skips(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    let (colour, cyan) = (style::WARN, style::NAME);
    for Skipped { test, reason } in summary.skips.iter().take(SKIPS) {
        let name = &suite.tests[test.index()];
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        writeln!(out, "{colour}{:>12}{colour:#} {cyan}{name}{cyan:#}{reason}", "SKIP")?;
    }
    if let Some(more @ 1..) = summary.skips.len().checked_sub(SKIPS) {
        writeln!(out, "{INDENT}and {more} more that have skipped themselves")?;
    }
    for (earlier, later) in by_cause(&summary.after_skipped) {
        let (name, count) = (&suite.tests[earlier.index()], tests(later.len()));
        let cause = format!("after {cyan}{name}{cyan:#}, in which nothing ran");
        writeln!(out, "{colour}{:>12}{colour:#} {count} {cause}", "SKIP")?;
        named(out, suite, &later)?;
    }
    Ok(())
}

/// Writes the slowest tests that took too long and passed, the slowest first. Failed tests have their own lines.
fn slow(out: &mut impl Write, suite: &Suite, slow: &[Slow]) -> io::Result<()> {
    let mut slowest: Vec<&Slow> = slow.iter().collect();
    slowest.sort_by(|one, other| other.took.cmp(&one.took).then(one.test.cmp(&other.test)));
    let (warn, cyan) = (style::WARN, style::NAME);
    for Slow { test, took } in slowest.iter().take(SLOWEST) {
        let (name, time) = (&suite.tests[test.index()], took.as_secs_f64());
        writeln!(out, "{warn}{:>12}{warn:#} [{time:>8.3}s] {cyan}{name}{cyan:#}", "SLOW")?;
    }
    match slow.len().saturating_sub(SLOWEST) {
        0 => Ok(()),
        more => writeln!(out, "{INDENT}and {more} more that were slow"),
    }
}

/// Says why there is no test to run, if `tests` tests could be selected.
pub fn nothing_selected(tests: usize) -> &'static str {
    match tests {
        0 => "the manifest describes no test: a `[suite.NAME]` or `[test.NAME]` does",
        _ => "no test is selected: `probe list` shows all",
    }
}

/// Writes a library that could not be prepared, the cause, the lines that need it if detection found it, the way out, and
/// the tests that did not run because of it.
pub(super) fn not_imported(
    out: &mut impl Write,
    suite: &Suite,
    cause: &NotImported,
    reason: Option<&String>,
) -> io::Result<()> {
    let name = &suite.libraries[cause.library.index()].name;
    if cause.blocked.is_empty() {
        let (colour, name_colour) = (style::FAIL, style::NAME);
        writeln!(out, "{colour}PRELOAD FAIL{colour:#} library {name_colour}{name}{name_colour:#}")?;
    } else {
        blocked(out, &format!("library {}{name}{:#}", style::NAME, style::NAME), &cause.blocked)?;
    }
    let ImportFailure { message, attempts, help, .. } = &cause.failure;
    writeln!(out, "{INDENT}failed to {message}")?;
    if let Some(reason) = reason {
        // Above what a command may have printed.
        writeln!(out, "{INDENT}it is needed by {reason}")?;
        writeln!(
            out,
            "{INDENT}`detect = false` under `[run]` in `probe.toml` leaves to the tests what nobody has declared"
        )?;
    }
    for (origin, cause) in attempts {
        writeln!(out, "{INDENT}{}before: {origin}: {cause}{:#}", style::DIM, style::DIM)?;
    }
    for line in help.iter().flat_map(|help| help.lines()) {
        writeln!(out, "{INDENT}{line}")?;
    }
    named(out, suite, &cause.blocked)
}

/// Writes a service that is lost, how it ended, its last lines, and the tests that did not run because of it.
fn service_lost(out: &mut impl Write, suite: &Suite, lost: &ServiceLost) -> io::Result<()> {
    let name = &suite.services[lost.service.index()].name;
    let (colour, name_colour) = (style::FAIL, style::NAME);
    let of = match lost.share {
        Share::Run => String::new(),
        Share::Slot(slot) => format!(" (slot {slot})"),
        Share::Test(test) => format!(" (test {})", suite.tests[test.index()]),
    };
    let shown = format!("service {name_colour}{name}{name_colour:#}{of}");
    if lost.blocked.is_empty() {
        let verb = if lost.was_ready { "SERVICE DIED" } else { "SERVICE FAIL" };
        writeln!(out, "{colour}{verb}{colour:#} {shown}")?;
    } else {
        blocked(out, &shown, &lost.blocked)?;
    }
    let how = describe::lost(lost.was_ready, &lost.end.how.to_string());
    writeln!(out, "{INDENT}{how}")?;
    for line in &lost.end.lines {
        writeln!(out, "{INDENT}{}{line}{:#}", style::DIM, style::DIM)?;
    }
    named(out, suite, &lost.blocked)
}

/// The libraries whose commands were not done when the run was stopped.
pub(super) fn cut_short(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    for cut in &summary.cut_short {
        let (warn, name, time) = (style::WARN, style::NAME, cut.running.as_secs_f64());
        let (library, detail) =
            (&suite.libraries[cut.library.index()].name, describe::cut_short(cut));
        writeln!(
            out,
            "{warn}{:>12}{warn:#} [{time:>8.3}s] library {name}{library}{name:#}: {detail}",
            "INTERRUPTED"
        )?;
    }
    Ok(())
}

/// Writes the processes that a test left behind. probe has killed them, and the line of the test has named each of them.
fn left_behind(out: &mut impl Write, who: &str, left: &[&Leak]) -> io::Result<()> {
    let Some((first, rest)) = left.split_first() else { return Ok(()) };
    let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
    let (colour, name, process) = (style::WARN, style::NAME, describe::process(first));
    writeln!(out, "{colour}{:>12}{colour:#} {name}{who}{name:#}: {process}{more}", "LEFT BEHIND")
}

/// The processes that each test left in all of its attempts, in the order of first mention.
fn by_test(leaky: &[Leaky]) -> Vec<(TestId, Vec<&Leak>)> {
    let mut tests: Vec<(TestId, Vec<&Leak>)> = Vec::new();
    for Leaky { test, left } in leaky {
        match tests.iter_mut().find(|(known, _)| known == test) {
            Some((_, all)) => all.extend(left),
            None => tests.push((*test, left.iter().collect())),
        }
    }
    tests
}

fn counts(summary: &Summary) -> String {
    let interrupted =
        summary.failed.iter().filter(|failure| failure.ending == Ending::Interrupted).count();
    let timed_out = summary
        .failed
        .iter()
        .filter(|failure| matches!(failure.ending, Ending::TimedOut(_)))
        .count();
    let failed = summary.failed.len() - interrupted - timed_out;
    let counted = [
        (failed, "failed", style::FAIL),
        (timed_out, "timed out", style::FAIL),
        (summary.expected.len(), "failed as expected", style::WARN),
        (interrupted, "interrupted", style::WARN),
        (summary.blocked(), "blocked", style::WARN),
        (summary.not_run, "not run", style::WARN),
        (summary.skipped + summary.left_out(), "skipped", style::DIM),
    ];
    let mut text = format!("{}{} passed{:#}", style::PASS, summary.passed, style::PASS);
    let unsteady = [
        (summary.flaky.len(), "flaky"),
        (summary.recovered.len(), "after a race"),
        (summary.leaky.len(), "leaky"),
        (summary.slow.len(), "slow"),
    ];
    let unsteady: Vec<String> = unsteady
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{}{count} {what}{:#}", style::WARN, style::WARN))
        .collect();
    if !unsteady.is_empty() {
        text.push_str(&format!(" ({})", unsteady.join(", ")));
    }
    for (count, what, colour) in counted {
        if count > 0 {
            text.push_str(&format!(", {colour}{count} {what}{colour:#}"));
        }
    }
    if !summary.empty.is_empty() {
        let (count, colour) = (summary.empty.len(), style::WARN);
        text.push_str(&format!(" ({colour}{count} empty{colour:#})"));
    }
    text
}

/// The head of one entry for all tests that one cause blocks, however many they are.
fn blocked(out: &mut impl Write, cause: &str, tests_blocked: &[TestId]) -> io::Result<()> {
    let count = tests(tests_blocked.len());
    writeln!(out, "{}{:>12}{:#} {count} by {cause}", style::WARN, "BLOCKED", style::WARN)
}

/// Groups blocked tests by their cause, in the order of first mention.
fn by_cause(pairs: &[(TestId, TestId)]) -> Vec<(TestId, Vec<TestId>)> {
    let mut groups: Vec<(TestId, Vec<TestId>)> = Vec::new();
    for &(test, because) in pairs {
        match groups.iter_mut().find(|(cause, _)| *cause == because) {
            Some((_, tests)) => tests.push(test),
            None => groups.push((because, vec![test])),
        }
    }
    groups
}
