//! Who hears of what, and in which order.

use std::cell::RefCell;
use std::path::Path;
use std::time::SystemTime;

use probe_report::{AskedReport, Destination, Surroundings};
use probe_run::{Extent, Summary};
use probe_scenario::{
    Arch, Found, Libc, Os, Platform, ReportKind, StreamKind, Suite, TestId, read,
};

use super::*;
use crate::history::History;

const PLATFORM: Platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };

thread_local! {
    /// What somebody has said on this thread.
    static SAID: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn say(word: &'static str) {
    SAID.with_borrow_mut(|said| said.push(word));
}

/// Who shows a run.
struct Shown;

impl Reporter for Shown {
    fn event(&mut self, _at: Duration, event: &Event<'_>) {
        say(match event {
            Event::Started { .. } => "started",
            Event::TestStarted { .. } => "test started",
            Event::Warning(_) => "warning",
            Event::Ended(_) => "ended",
            _ => "something else",
        });
    }
}

/// What is said of a run of `tests`, of a suite of one, of which these events are told.
fn check(tests: &[TestId], reports: &[AskedReport], events: &[Event<'_>]) -> Vec<&'static str> {
    let directory = tempfile::tempdir().expect("a directory");
    let suite = suite();
    let told = Told::new(&suite, tests);
    let mut history = History::open(directory.path());
    let temporary = std::env::temp_dir();
    let surroundings = Surroundings { cwd: Path::new("/"), temporary: &temporary, github: None };
    let mut reports = Reports::open(reports, surroundings).expect("they can be opened");
    std::thread::scope(|threads| {
        let recorder = Recorder::new(&mut history, threads, &suite, &told, 1);
        let complain = |_: &ReportError| say("complaint");
        let settle = |_: &Summary| say("settled");
        let mut telling = Telling {
            told: &told,
            recorder,
            shown: Shown,
            reports: &mut reports,
            complain,
            settle: &settle,
        };
        events.iter().for_each(|event| telling.event(Duration::ZERO, event));
    });
    SAID.take()
}

fn suite() -> Suite {
    let manifest = read("[test.one]\nrun = ['true']\n", &PLATFORM).manifest;
    manifest.expand(&Found::default()).suite
}

#[test]
fn of_what_nobody_hears_no_fact_is_made() {
    let suite = suite();
    let id = TestId::new(0);
    let started = Event::TestStarted { id, test: &suite.tests[0], number: 1, slot: 0 };
    // Told knows no test, and panics when it is to make a fact of one.
    assert_eq!(check(&[], &[], &[started]), ["test started"]);
}

#[test]
fn a_report_that_cannot_be_written_is_complained_of_when_the_end_is_told_and_below_it() {
    let full = AskedReport {
        kind: ReportKind::Stream(StreamKind::Jsonl),
        to: Destination::File("/dev/full".into()),
    };
    let started = Event::Started { extent: Extent::default(), clock: SystemTime::UNIX_EPOCH };
    let summary = Summary::default();
    let said = check(&[TestId::new(0)], &[full], &[started, Event::Ended(&summary)]);
    assert_eq!(said, ["started", "settled", "ended", "complaint"]);
}
