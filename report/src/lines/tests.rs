//! Tests of every status line, with made-up events: the columns, the verbs and the words side by side.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use probe_loader::{Aside, Condition, Holder, How, Imported, Sha256, Tear};
use probe_process::{Leak, Signal};
use probe_run::{
    Attempt, CutShort, Ending, Event, Extent, FileFinding, FileOutcome, Finding, ImportFailure,
    Overrun, Repaired, Reporter, Stop, Symptom, Work,
};
use probe_scenario::{
    Arch, Found, Leaks, Libc, LibraryId, Os, Platform, StatusLevel, Suite, TestId, read,
};

use super::{Lines, ShowPolicy};
use crate::ink::Ink;

const MANIFEST: &str = r#"[library.engine]
url = "https://example.org/libengine.so"

[test.query]
run = ["true"]
needs = ["engine"]
"#;
const PLATFORM: Platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };

/// The text for these events if everything is shown.
fn shown(suite: &Suite, events: &[Event<'_>]) -> String {
    let mut text = Vec::new();
    let policy = ShowPolicy { level: StatusLevel::All, ..ShowPolicy::default() };
    let mut lines = Lines::new(Ink::plain(&mut text), suite).showing(policy);
    lines.measure(Extent {
        tests: 120,
        libraries: 2,
        skipped: 3,
        jobs: 8,
        run_id: 0x3b,
        ..Extent::default()
    });
    for event in events {
        lines.event(Duration::ZERO, event);
    }
    drop(lines);
    String::from_utf8(text).expect("every line is text")
}

fn suite() -> Suite {
    read(MANIFEST, &PLATFORM).manifest.expand(&Found::default()).suite
}

#[test]
fn every_line_about_a_library() {
    let suite = suite();
    let (id, library, test) = (LibraryId::new(0), &suite.libraries[0], &suite.tests[0]);
    let holder = Holder {
        pid: 4242,
        host: "build-7".to_owned(),
        command: "probe run -j8".to_owned(),
        since: 0,
    };
    let imported = |how| Imported {
        path: PathBuf::from("/store/libengine.so"),
        digest: Sha256::of(b"the engine"),
        size: 4_500_000,
        how,
        waited: Duration::ZERO,
        pin: None,
    };
    let all = [
        How::Cached,
        How::Fetched,
        How::Built,
        How::Adopted,
        How::Unconfirmed,
        How::FetchedByOther,
        How::BuiltByOther,
    ]
    .map(imported);
    let took = Duration::from_millis(1234);
    let failure = ImportFailure {
        cause: "the server does not have it".to_owned(),
        message: "import library `engine`: the server does not have it".to_owned(),
        attempts: Vec::new(),
        help: None,
    };
    let aside = Aside {
        from: "build/engine.so".into(),
        to: "/store/damaged/engine.so".into(),
        why: "torn: empty".to_owned(),
    };
    let blocked = [TestId::new(0)];
    let waited = Duration::from_secs(3);
    let last = std::sync::Arc::default();
    let left = [Leak { pid: 4711, command: "python3 serve.py".to_owned() }];
    let cut = CutShort {
        library: id,
        command: "make engine".to_owned(),
        running: waited,
        said: Some("waiting for a lock".to_owned()),
    };
    let silent = CutShort { said: None, ..cut.clone() };
    let mut events = vec![
        Event::Importing { id, library, work: Work::Fetch("https://example.org/libengine.so") },
        Event::Importing { id, library, work: Work::Build("make engine", &last) },
        Event::PreloadWaiting { id, library, holder: Some(&holder), waited },
        Event::PreloadWaiting { id, library, holder: None, waited },
        Event::PreloadRetrying {
            id,
            library,
            cause: "the server answered with status 503",
            delay: took,
        },
    ];
    let passed = |imported| Event::PreloadPassed { id, library, imported, took, done: 1 };
    events.extend(all.iter().map(passed));
    events.extend([
        Event::PreloadFailed {
            id,
            library,
            failure: &failure,
            took,
            done: 2,
            blocked: &[],
            spared: true,
        },
        Event::PreloadFailed {
            id,
            library,
            failure: &failure,
            took,
            done: 2,
            blocked: &blocked,
            spared: false,
        },
        Event::Looked { id, library, is_known: true, done: 1 },
        Event::Looked { id, library, is_known: false, done: 1 },
        Event::Checked { id, library, is_clean: true, took, done: 1 },
        Event::Checked { id, library, is_clean: false, took, done: 1 },
        Event::MovedAside { id, library, aside: &aside },
        Event::CommandLeft { command: "sh start.sh", left: &left },
        Event::BuildCutShort { cut: &cut, library },
        Event::BuildCutShort { cut: &silent, library },
        Event::TestLeads { id: TestId::new(0), test, led: id, library },
        Event::LedElsewhere { id, library, holder: Some(&holder), waited, tests: 1 },
        Event::LedElsewhere { id, library, holder: None, waited, tests: 7 },
    ]);
    insta::assert_snapshot!(shown(&suite, &events), @"
        FETCHING                      engine: `https://example.org/libengine.so`
        BUILDING                      engine: `make engine`
         WAITING [   3.000s]           engine: process 4242 on build-7 (`probe run -j8`) prepares or uses it
         WAITING [   3.000s]           engine: another process prepares or uses it
        RETRYING                      engine: the server answered with status 503; again in 1.2 s
         PRELOAD [   1.234s]     (1/2) engine: already there, 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: fetched, 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: built, 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: found in place, 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: found in place (not pinned: its origin could not be asked), 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: another process fetched it meanwhile, 4.3 MiB
         PRELOAD [   1.234s]     (1/2) engine: another process built it meanwhile, 4.3 MiB
    PRELOAD FAIL [   1.234s]     (2/2) engine: the server does not have it
    PRELOAD FAIL [   1.234s]     (2/2) engine: the server does not have it (blocks 1 test)
         PRELOAD [   0.000s]     (1/2) engine: already there, and as it was when a test had made it
         PRELOAD [   0.000s]     (1/2) engine: not known to be there: tests that need it run one at a time until one has passed
         PRELOAD [   1.234s]     (1/2) engine: checked once, for all that need it
         PRELOAD [   1.234s]     (1/2) engine: has errors, so each test checks its own files
     MOVED ASIDE                      engine: `build/engine.so` was torn: empty, and is made anew; `mv /store/damaged/engine.so build/engine.so` moves it back
     LEFT BEHIND                      `sh start.sh`: process 4711 `python3 serve.py` was killed when this command had ended; what is to live on starts by `setsid`
     INTERRUPTED [   3.000s]           engine: `make engine` was not done; it last said: waiting for a lock
     INTERRUPTED [   3.000s]           engine: `make engine` was not done, and had said nothing
         LEADING                      query: others that need `engine` wait until it has passed
         WAITING [   3.000s]           engine: process 4242 on build-7 (`probe run -j8`) runs a test that may make it; 1 test waits
         WAITING [   3.000s]           engine: another process runs a test that may make it; 7 tests wait
    ");
}

#[test]
fn every_line_about_a_test() {
    let suite = suite();
    let (id, test) = (TestId::new(0), &suite.tests[0]);
    let took = Duration::from_millis(62_345);
    let attempt = |ending| Attempt { took, ..Attempt::without_process(ending) };
    let left = vec![Leak { pid: 4711, command: "sleep 1000".to_owned() }];
    let leaky = |ending, leaks| Attempt { left: left.clone(), leaks, ..attempt(ending) };
    let overrun = |grace| Overrun { timeout: Duration::from_secs(60), grace };
    let ends = [
        (attempt(Ending::Passed), 1, 0),
        (attempt(Ending::Passed), 2, 0),
        (attempt(Ending::Passed), 2, 1),
        (leaky(Ending::Passed, Leaks::Kill), 1, 0),
        (leaky(Ending::Passed, Leaks::Report), 1, 0),
        (leaky(Ending::Leaked, Leaks::Fail), 1, 0),
        (attempt(Ending::Flaky), 3, 0),
        (attempt(Ending::Empty), 1, 0),
        (attempt(Ending::Exited(3)), 1, 0),
        (attempt(Ending::Exited(3)), 2, 0),
        (attempt(Ending::Killed(Signal::BUS)), 1, 0),
        (attempt(Ending::TimedOut(overrun(None))), 1, 0),
        (attempt(Ending::TimedOut(overrun(Some(Duration::from_secs(10))))), 1, 0),
        (attempt(Ending::Interrupted), 1, 0),
        (attempt(Ending::NotStarted("program `deno` is in no directory of PATH".to_owned())), 1, 0),
        (attempt(Ending::NoRoom("no process is left".to_owned())), 1, 0),
    ];
    let file = FileFinding {
        library: LibraryId::new(0),
        path: "/cache/libengine.so".into(),
        outcome: FileOutcome::Torn,
        condition: Condition::Torn(Tear::Empty),
        whole_size: Some(4_500_000),
        written: None,
    };
    let finding = Finding {
        symptom: Some(Symptom::Killed(Signal::BUS)),
        files: vec![file],
        repairs: vec![(LibraryId::new(0), Repaired::FetchedAgain)],
        strays: Vec::new(),
        gathering: None,
        notes: Vec::new(),
        intact: Vec::new(),
        aside: Vec::new(),
    };
    let (died, failed) = (attempt(Ending::Killed(Signal::BUS)), attempt(Ending::Exited(1)));
    let delay = Duration::from_millis(120);
    let raced = Event::TestRaced {
        id,
        test,
        attempt: &died,
        number: 1,
        finding: &finding,
        delay,
        whole: &[],
    };
    let retried = Event::TestRetried {
        id,
        test,
        attempt: &failed,
        number: 1,
        of: 3,
        delay,
        finding: None,
        whole: &[],
    };
    let mut events = vec![
        Event::TestStarted { id, test, number: 1, slot: 0 },
        Event::TestStarted { id, test, number: 2, slot: 0 },
        Event::TestSlow { id, test, running: Duration::from_secs(60) },
        Event::TestPostponed { id, test, reason: "no process is left", delay },
        Event::TestAwaits { id, test, path: Path::new("/cache/libengine.so"), waited: took },
        retried,
        raced,
    ];
    for (done, (attempt, number, races)) in (1..).zip(&ends) {
        let (number, races) = (*number, *races);
        let (finding, whole) = (None, &[]);
        events.push(Event::TestEnded { id, test, attempt, number, races, done, finding, whole });
    }
    insta::assert_snapshot!(shown(&suite, &events), @"
          START                      query
          START                      query: attempt 2
           SLOW [  60.000s]           query
      POSTPONED                      query: no process is left; again in 0.1 s
        WAITING [  62.345s]           query: somebody writes to `/cache/libengine.so`
          RETRY [  62.345s]           query: FAIL at attempt 1 of 3; again in 0.1 s
           RACE [  62.345s]           query: SIGBUS at attempt 1; again in 0.1 s
                library engine: `/cache/libengine.so` was torn: 0 of 4500000 bytes; fetched again
           PASS [  62.345s] (  1/120) query
           PASS [  62.345s] (  2/120) query: passed at attempt 2
           RACE [  62.345s] (  3/120) query: passed after a race (attempt 2)
           PASS [  62.345s] (  4/120) query
       left behind: process 4711 `sleep 1000`
           LEAK [  62.345s] (  5/120) query
       left behind: process 4711 `sleep 1000`
           LEAK [  62.345s] (  6/120) query
       left behind: process 4711 `sleep 1000`
     FLAKY FAIL [  62.345s] (  7/120) query: passed only at attempt 3
          EMPTY [  62.345s] (  8/120) query: nothing ran
           FAIL [  62.345s] (  9/120) query: exit code 3
           FAIL [  62.345s] ( 10/120) query: exit code 3, attempt 2
         SIGBUS [  62.345s] ( 11/120) query
        TIMEOUT [  62.345s] ( 12/120) query: ran into its timeout of 1m
        TIMEOUT [  62.345s] ( 13/120) query: ran into its timeout of 1m, and was killed after its grace of 10s
    INTERRUPTED [  62.345s] ( 14/120) query
    NOT STARTED [  62.345s] ( 15/120) query: program `deno` is in no directory of PATH
    NOT STARTED [  62.345s] ( 16/120) query: no process is left
    ");
}

#[test]
fn every_line_about_the_run() {
    let suite = suite();
    let extent = |tests, libraries, skipped| Extent {
        tests,
        libraries,
        skipped,
        jobs: 8,
        run_id: 0x3b,
        ..Extent::default()
    };
    let clock = SystemTime::UNIX_EPOCH;
    let events = [
        Event::Started { extent: extent(120, 2, 3), clock },
        Event::Started { extent: extent(1, 1, 0), clock },
        Event::Warning("the history cannot be written"),
        Event::Stopping(Stop::MaxFailures(1)),
        Event::Stopping(Stop::Signal(Signal::INT)),
    ];
    insta::assert_snapshot!(shown(&suite, &events), @"
    STARTING 120 tests with 2 libraries, 8 at once, 3 skipped (run 000000000000003b)
    STARTING 1 test with 1 library, 8 at once (run 000000000000003b)
     WARNING the history cannot be written
    STOPPING 1 test failed: nothing more is started
    STOPPING SIGINT: running tests are told to end; once more kills them
    ");
}
