//! The report `junit`: a suite for each suite of the manifest and for each library, in the dialect of nextest.
//!
//! Knows nothing of events. `quick-junit` writes the XML and leaves out what XML cannot contain.

mod pieces;
mod within;

use std::io::{self, Write};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use quick_junit::{
    FlakyOrRerun, NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite,
};

use super::describe;
use super::facts::{Finish, StreamName, SubtestStatus, short_name};
use super::record::{Case, End, Preload, PreloadCame, Ran, Record, Served};

/// The suite of tests without a suite.
const SINGLE: &str = "test";

/// Writes the document.
pub(super) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let mut report = Report::new("probe");
    report.set_timestamp(timestamp(record, Duration::ZERO)).set_time(record.took);
    for library in &record.libraries {
        report.add_test_suite(preload(record, library));
    }
    for service in &record.services {
        report.add_test_suite(self::service(record, service));
    }
    let suites = suites(record);
    for (name, tests) in &suites {
        report.add_test_suite(frame(record, name, tests));
    }
    pieces::write(out, &report, |place| {
        // Libraries and services have their cases already.
        let before = record.libraries.len() + record.services.len();
        let suite = place.checked_sub(before).map(|place| &suites[place]);
        let tests = suite.map_or(&[][..], |(_, tests)| tests);
        tests.iter().flat_map(|test| cases(record, test))
    })
}

/// The suites in the order of the manifest, each with its tests.
fn suites(record: &Record) -> Vec<(&str, Vec<&Case>)> {
    let mut suites: Vec<(&str, Vec<&Case>)> = Vec::new();
    for test in &record.tests {
        let name = suite_name(record, test);
        match suites.iter_mut().rev().find(|(suite, _)| *suite == name) {
            Some((_, tests)) => tests.push(test),
            None => suites.push((name, vec![test])),
        }
    }
    suites
}

/// The cases that stand for a test: the tests within its process, the test itself, or both.
fn cases(record: &Record, test: &Case) -> Vec<io::Result<TestCase>> {
    let (_, is_own) = within::within(test);
    let own = is_own.then(|| case(record, test));
    let inner = match within::cases(record, test) {
        Ok(inner) => inner.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    };
    own.into_iter().chain(inner).collect()
}

/// A suite with its sums, but without its cases.
fn frame(record: &Record, name: &str, tests: &[&Case]) -> TestSuite {
    let mut suite = new_suite(record, name);
    let mut took = Duration::ZERO;
    for test in tests {
        let (subtests, is_own) = within::within(test);
        suite.tests += subtests.len() + usize::from(is_own);
        for subtest in subtests {
            match subtest.status {
                SubtestStatus::Pass => {}
                SubtestStatus::Fail => suite.failures += 1,
                SubtestStatus::Skip => suite.skipped += 1,
            }
        }
        let mut ended = test.attempts.iter().filter_map(|attempt| attempt.end.as_ref());
        if record.why_not_run(test).is_some() || known_failure(test).is_some() {
            suite.skipped += usize::from(is_own);
        } else if !test.has_failed() {
            took += ended.next_back().map_or(Duration::ZERO, |last| last.took);
        } else if let Some(first) = ended.next() {
            took += first.took;
            match kind(&first.ending) {
                NonSuccessKind::Error => suite.errors += usize::from(is_own),
                NonSuccessKind::Failure => suite.failures += usize::from(is_own),
            }
        }
    }
    suite.set_time(took);
    for suspected in &record.suspicions {
        let words = format!("{}: {}", suspected.folder, suspected.words());
        suite.add_property(Property::new("suspicion", words));
    }
    for duplicate in &record.duplicates {
        let words = format!("{}: {}", duplicate.path, duplicate.words());
        suite.add_property(Property::new("duplicate", words));
    }
    suite
}

fn new_suite(record: &Record, name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_timestamp(timestamp(record, Duration::ZERO));
    suite.add_property(Property::new("run", record.began.run.as_str()));
    suite.add_property(Property::new("probe", record.began.probe.as_str()));
    if let Some(seed) = record.began.shuffle {
        suite.add_property(Property::new("shuffle", seed.to_string()));
    }
    if let Some(shard) = &record.began.shard {
        suite.add_property(Property::new("shard", shard.as_str()));
    }
    suite
}

fn suite_name<'r>(record: &'r Record, test: &Case) -> &'r str {
    record.outline.test(test.id).suite.as_deref().unwrap_or(SINGLE)
}

/// A library as a suite of one test.
fn preload(record: &Record, library: &Preload) -> TestSuite {
    let name = record.outline.library_name(library.id);
    let mut status = match &library.came {
        PreloadCame::Here { .. } | PreloadCame::Looked { .. } | PreloadCame::Checked { .. } => {
            TestCaseStatus::success()
        }
        PreloadCame::ToNothing => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("not prepared: the run was stopped");
            status
        }
        PreloadCame::Failed(failure) if failure.is_spared => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("tests run without it: {}", failure.cause));
            status
        }
        PreloadCame::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let help = failure.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
            status.set_message(failure.cause.as_str()).set_type("import failed");
            status.set_description(format!("failed to {}{help}", failure.message));
            status
        }
    };
    let reruns = library.retried.iter().map(|(at, cause)| {
        let mut rerun = TestRerun::new(NonSuccessKind::Error);
        rerun.set_timestamp(timestamp(record, *at)).set_message(cause.as_str()).set_type("retried");
        rerun
    });
    status.add_reruns(reruns);
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("@preload:{name}"));
    case.set_timestamp(timestamp(record, library.started));
    let took = library.ended.unwrap_or(record.took).saturating_sub(library.started);
    case.set_time(took);
    if let PreloadCame::Here { path, size, .. } = &library.came {
        case.add_property(Property::new("path", path.as_str()));
        case.add_property(Property::new("size", size.to_string()));
    }
    let mut suite = new_suite(record, &format!("@preload:{name}"));
    suite.set_time(took).add_test_case(case);
    suite
}

/// A service as a suite of one test.
fn service(record: &Record, service: &Served) -> TestSuite {
    let mut status = TestCaseStatus::success();
    if service.is_lost() {
        status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(service.words()).set_type("service lost");
        status.set_description(service.lines.join("\n"));
    }
    let mut case = TestCase::new(service.name.as_str(), status);
    let title = format!("@service:{}", service.name);
    let took = service.ended.unwrap_or(record.took).saturating_sub(service.started);
    case.set_classname(title.as_str()).set_time(took);
    case.set_timestamp(timestamp(record, service.started));
    let mut suite = new_suite(record, &title);
    suite.set_time(took).add_test_case(case);
    suite
}

fn case(record: &Record, test: &Case) -> io::Result<TestCase> {
    let defined = record.outline.test(test.id);
    let ended: Vec<(&Ran, &End)> =
        test.attempts.iter().filter_map(|attempt| Some((attempt, attempt.end.as_ref()?))).collect();
    let mut case = match (record.why_not_run(test), ended.split_first()) {
        (Some(why), _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why);
            TestCase::new(name_in_suite(record, test), status)
        }
        (None, Some(_)) if let Some((end, known)) = known_failure(test) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(known).set_type("xfail");
            let mut case = TestCase::new(name_in_suite(record, test), status);
            case.set_time(end.took);
            case
        }
        // As in nextest: of a test that failed, the first attempt is the failure, and the others are its reruns.
        (None, Some(((_, first), others))) if test.has_failed() => {
            let mut status = TestCaseStatus::non_success(kind(&first.ending));
            status.set_message(message(&first.ending)).set_type(type_of(&first.ending));
            status.set_description(words(record, first)?);
            status.set_rerun_kind(FlakyOrRerun::Rerun);
            for (attempt, end) in others {
                status.add_rerun(rerun(record, attempt, end)?);
            }
            let mut case = TestCase::new(name_in_suite(record, test), status);
            case.set_time(first.took);
            let (out, err) = streams(record, first)?;
            out.map(|out| case.set_system_out(out));
            err.map(|err| case.set_system_err(err));
            case
        }
        (None, _) => {
            let mut status = TestCaseStatus::success();
            for (attempt, end) in ended.iter().rev().skip(1).rev() {
                status.add_rerun(rerun(record, attempt, end)?);
            }
            let mut case = TestCase::new(name_in_suite(record, test), status);
            if let Some((_, last)) = ended.last() {
                case.set_time(last.took);
            }
            case
        }
    };
    case.set_classname(suite_name(record, test));
    if let Some(first) = test.attempts.first() {
        case.set_timestamp(timestamp(record, first.started));
        case.add_property(Property::new("slot", first.slot.to_string()));
    }
    if let Some(tests) = test.tests_within() {
        case.add_property(Property::new("tests", tests.words()));
    }
    if let Some(file) = &defined.file {
        case.add_property(Property::new("file", &**file));
    }
    for &library in &*defined.needs {
        case.add_property(Property::new("library", record.outline.library_name(library)));
    }
    for service in &*defined.services {
        case.add_property(Property::new("service", &**service));
    }
    for tag in &*defined.tags {
        case.add_property(Property::new("tag", &**tag));
    }
    Ok(case)
}

/// The end of a test that failed as is expected of it, in words: JUnit has no failures that do not count.
fn known_failure(test: &Case) -> Option<(&End, String)> {
    let (_, end) = test.last_end()?;
    let is_known = matches!(end.ending, Finish::Expected { .. });
    is_known.then(|| (end, format!("expected failure: {}", message(&end.ending))))
}

/// The name without the suite's.
fn name_in_suite<'r>(record: &'r Record, test: &Case) -> &'r str {
    short_name(record.outline.test(test.id).shown(), Some(suite_name(record, test)))
}

fn rerun(record: &Record, attempt: &Ran, end: &End) -> io::Result<TestRerun> {
    let mut rerun = TestRerun::new(kind(&end.ending));
    rerun.set_timestamp(timestamp(record, attempt.started)).set_time(end.took);
    rerun.set_message(message(&end.ending)).set_type(type_of(&end.ending));
    rerun.set_description(words(record, end)?);
    let (out, err) = streams(record, end)?;
    out.map(|out| rerun.set_system_out(out));
    err.map(|err| rerun.set_system_err(err));
    Ok(rerun)
}

/// Standard output, or both streams as one, and standard error.
fn streams(record: &Record, end: &End) -> io::Result<(Option<String>, Option<String>)> {
    let (mut out, mut err) = (None, None);
    for kept in &end.output {
        let to = if kept.stream == StreamName::Stderr { &mut err } else { &mut out };
        *to = Some(record.text(kept)?);
    }
    Ok((out, err))
}

/// The text about the failure, below its message.
fn words(record: &Record, end: &End) -> io::Result<String> {
    let mut lines = end.verdict.clone();
    lines.extend(end.left.iter().map(|process| format!("left behind: {process}")));
    lines.extend(end.whole.iter().map(|path| format!("the whole output: {path}")));
    if let Some(kept) = end.output.last() {
        let text = record.text(kept)?;
        let last: Vec<&str> = text.lines().rev().take(LAST).collect();
        lines.extend(last.into_iter().rev().map(str::to_owned));
    }
    Ok(lines.join("\n"))
}

/// Lines of output that stand in the description of a failure, which some readers show alone.
const LAST: usize = 20;

fn kind(ending: &Finish<'_>) -> NonSuccessKind {
    match ending {
        Finish::NotStarted { .. } => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    }
}

fn type_of(ending: &Finish<'_>) -> String {
    let (verb, _) = describe::verb(ending);
    match ending {
        Finish::Killed { .. } => "abort".to_owned(),
        _ => verb.to_lowercase(),
    }
}

fn message(ending: &Finish<'_>) -> String {
    let detail = describe::detail(ending, 1);
    if detail.is_empty() { describe::verb(ending).0.into_owned() } else { detail }
}

fn timestamp(record: &Record, at: Duration) -> DateTime<FixedOffset> {
    record.time(at).fixed_offset()
}
