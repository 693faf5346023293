//! A whole suite without a process: what every attempt comes to is written down before.

use std::ffi::OsString;
use std::io;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use probe_loader::{CommandEnd, CommandFailure, CommandLine, ImportCause, ImportSpec, Led, Loader};
use probe_process::{Capture, Captured, LastLine, Leak, Port, Reins, Signal};
use probe_run::{
    Agenda, Attempt, Attempted, BuildEnd, Early, Engine, Errand, Event, Evidence, Exit,
    FlakyOutcome, GroundOf, Haunts, Inbox, Instance, Invocation, Order, Orders, PlaceOf, Provider,
    RacePolicy, Reporter, RunSettings, ServiceEnding, ServiceInvocation, ServiceTask, Site, Stage,
    Summary, Task, Termination, Trouble, Workplace, conduct,
};
use probe_scenario::{
    Arch, Expected, Found, Leaks, LibraryId, Os, Platform, Service, ServiceGround, ServiceId,
    Suite, TestId,
};

/// What an engine does for services, where there are none.
macro_rules! has_no_services {
    () => {
        fn site(&self, _: &Service, _: &str, _: u64, _: Vec<Port>) -> Result<Site, String> {
            unreachable!("there are no services")
        }

        fn serve(&self, _: ServiceTask<'_>) -> ServiceEnding {
            unreachable!("there are no services")
        }

        fn clear_site(&self, _: &str) {
            unreachable!("there are no services")
        }

        fn end_service(&self, _: &Service, _: &Reins) {
            unreachable!("there are no services")
        }

        fn run_errand(&self, _: Errand, _: &Invocation) -> Option<Trouble> {
            unreachable!("there are no services")
        }

        fn service_grace(&self) -> Duration {
            unreachable!("there are no services")
        }

        fn look(&self, _: &Invocation) -> bool {
            unreachable!("there are no services")
        }
    };
}

/// Runs nothing. Every attempt exits with 0 of which the script, by name and number, says nothing else.
struct Scripted {
    script: Vec<(&'static str, u32, Termination)>,
}

impl Engine for Scripted {
    fn run(&self, task: Task<'_>) -> (Attempt, Option<Evidence>) {
        let is_meant = |(name, number, _): &&(&str, u32, Termination)| {
            *name == task.test.name && *number == task.number
        };
        let scripted = self.script.iter().find(is_meant);
        let termination = scripted.map_or(Termination::Exited(0), |(.., end)| end.clone());
        let nothing = (Vec::new(), Leaks::Kill);
        (Attempt::new(&termination, Duration::ZERO, Captured::Nothing, nothing), None)
    }

    fn build(&self, _: &CommandLine, _: &LastLine) -> BuildEnd {
        let end = CommandEnd::NotStarted("nothing is built here".to_owned());
        BuildEnd { result: Err(CommandFailure { end, output: String::new() }), left: Vec::new() }
    }

    has_no_services!();

    fn stop(&self, _: Signal) {}

    fn suspend(&self) {}

    fn resume(&self) {}

    fn is_idle(&self) -> bool {
        true
    }

    fn settle(&self) -> Vec<Leak> {
        Vec::new()
    }
}

/// Says only what a test without libraries is asked for.
struct Plain;

impl Provider for Plain {
    fn invocation(
        &self,
        _: TestId,
        attempted: Attempted<'_>,
        _: PlaceOf<'_>,
        _: GroundOf<'_>,
    ) -> Result<Invocation, String> {
        let args = vec![attempted.number.to_string().into()];
        let (program, cwd) = ("test".into(), PathBuf::from("/"));
        let (before, cleanup, env) = (Vec::new(), Vec::new(), Vec::new());
        let (capture, results) = (Capture::Split, None);
        Ok(Invocation { program, args, before, cleanup, env, cwd, capture, results })
    }

    fn service(
        &self,
        _: Instance,
        _: &str,
        _: &ServiceGround,
        _: PlaceOf<'_>,
        _: GroundOf<'_>,
    ) -> ServiceInvocation {
        unreachable!("there are no services")
    }

    fn variables_of(
        &self,
        _: ServiceId,
        _: &ServiceGround,
        _: PlaceOf<'_>,
    ) -> Vec<(OsString, OsString)> {
        unreachable!("there are no services")
    }

    fn import(&self, _: LibraryId, _: PlaceOf<'_>) -> ImportSpec {
        unreachable!("there are no libraries")
    }

    fn made(&self, _: LibraryId) -> Led {
        unreachable!("there are no libraries")
    }

    fn way_out(&self, _: LibraryId, _: &ImportCause) -> Option<String> {
        None
    }

    fn outputs(&self) -> io::Result<PathBuf> {
        Err(io::Error::other("nothing is printed"))
    }

    fn search(&self, _: Option<&Path>) -> (Haunts, Vec<String>) {
        unreachable!("nothing is examined")
    }
}

/// What happens to tests, a line each.
#[derive(Default)]
struct Lines(Vec<String>);

impl Reporter for Lines {
    fn event(&mut self, _: Duration, event: &Event<'_>) {
        let line = match event {
            Event::TestStarted { test, number, slot, .. } => {
                format!("{} starts, {number} in slot {slot}", test.name)
            }
            Event::TestRetried { test, number, of, .. } => {
                format!("{} failed, {number} of {of}", test.name)
            }
            Event::TestEnded { test, attempt, .. } => {
                format!("{} {:?}", test.name, attempt.ending)
            }
            Event::TestsBlocked { by, blocked } => {
                format!("{} blocks {}", by.index(), blocked.len())
            }
            Event::Stopping(stop) => format!("stops, {stop:?}"),
            _ => return,
        };
        self.0.push(line);
    }
}

const MANIFEST: &str = r#"
[test.a]
run = ["a"]

[test.b]
run = ["b"]
retries = 2

[test.c]
run = ["c"]
after = ["b"]

[test.d]
run = ["d"]
after = ["a"]

[test.e]
run = ["e"]
after = ["d"]
"#;

/// Runs the suite with one job, as the script says, and compares what happened.
fn check(
    script: Vec<(&'static str, u32, Termination)>,
    settings: (Option<u32>, FlakyOutcome),
    expected: &[&str],
) -> Summary {
    check_on(&Scripted { script }, &Inbox::new(), settings, expected)
}

fn check_on(
    engine: &dyn Engine,
    inbox: &Inbox,
    (max_failures, flaky): (Option<u32>, FlakyOutcome),
    expected: &[&str],
) -> Summary {
    let platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: None };
    let reading = probe_scenario::read(MANIFEST, &platform);
    assert!(reading.mistakes.is_empty(), "{:?}", reading.mistakes);
    let manifest = reading.manifest;
    let suite = manifest.expand(&Found::default()).suite;
    let all: Vec<TestId> = (0..suite.tests.len()).map(TestId::new).collect();
    let directory = tempfile::tempdir().expect("a directory");
    let loader = Loader::new(probe_loader::Settings::new(directory.path())).expect("a store");
    let workplace =
        Workplace { temporary: directory.path().to_owned(), path: None, withheld: Vec::new() };
    let one = NonZeroUsize::MIN;
    let max_failures = max_failures.and_then(NonZeroU32::new);
    let stage = Stage {
        suite: &suite,
        root: directory.path(),
        defaults: &Default::default(),
        expected: &Expected::default(),
        agenda: &Agenda::of_tests(&suite, &[], &all, &()),
        loader: &loader,
        early: &Early::default(),
        workplace: &workplace,
        provider: &Plain,
        settings: RunSettings {
            jobs: one,
            preloads: one,
            run_timeout: None,
            shuffle: None,
            shard: None,
            max_failures,
            retries: None,
            flaky,
            capture: None,
            races: RacePolicy::NONE,
            run_id: 1,
        },
    };
    let mut lines = Lines::default();
    let summary = conduct(stage, engine, inbox, &mut lines);
    later_tests_start_later(&suite, &lines.0);
    // Which test runs while another one waits for its next attempt is a matter of time.
    lines.0.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
    assert_eq!(lines.0, expected);
    summary.expect("it begins")
}

/// In the order of what was told, no attempt starts before all have passed that its test comes after.
fn later_tests_start_later(suite: &Suite, told: &[String]) {
    for test in &suite.tests {
        let beginning = format!("{test} starts,");
        let Some(start) = told.iter().position(|line| line.starts_with(&beginning)) else {
            continue;
        };
        for earlier in test.after.iter().map(|id| &suite.tests[id.index()]) {
            let ends = ["Passed", "Flaky"].map(|end| format!("{earlier} {end}"));
            let has_passed = told[..start].iter().any(|line| ends.contains(line));
            assert!(has_passed, "{test} comes after {earlier}: {told:?}");
        }
    }
}

#[test]
fn tests_run_after_those_that_they_name() {
    let expected = [
        "a starts, 1 in slot 0",
        "a Passed",
        "b starts, 1 in slot 0",
        "b Passed",
        "c starts, 1 in slot 0",
        "c Passed",
        "d starts, 1 in slot 0",
        "d Passed",
        "e starts, 1 in slot 0",
        "e Passed",
    ];
    let summary = check(Vec::new(), (None, FlakyOutcome::Passed), &expected);
    assert_eq!((summary.passed, summary.not_run), (5, 0));
}

#[test]
fn a_test_that_fails_is_run_again_and_blocks_who_comes_after_it() {
    let exited = Termination::Exited;
    let script = vec![
        ("a", 1, Termination::Killed(Signal::SEGV)),
        ("b", 1, exited(1)),
        ("b", 2, Termination::Lost("the machine is gone".to_owned())),
    ];
    let expected = [
        "0 blocks 2",
        "1 blocks 1",
        "a starts, 1 in slot 0",
        "a Killed(Signal(11))",
        "b starts, 1 in slot 0",
        "b failed, 1 of 3",
        "b starts, 2 in slot 0",
        "b NotStarted(\"the machine is gone\")",
    ];
    let summary = check(script, (None, FlakyOutcome::Passed), &expected);
    assert_eq!((summary.passed, summary.failed.len(), summary.blocked()), (0, 2, 3));
}

#[test]
fn a_test_that_passes_at_last_is_flaky_and_what_comes_after_it_runs_in_any_case() {
    let script = || vec![("b", 1, Termination::Exited(3)), ("b", 2, Termination::Exited(3))];
    let expected = |end| {
        [
            "a starts, 1 in slot 0",
            "a Passed",
            "b starts, 1 in slot 0",
            "b failed, 1 of 3",
            "b starts, 2 in slot 0",
            "b failed, 2 of 3",
            "b starts, 3 in slot 0",
            end,
            "c starts, 1 in slot 0",
            "c Passed",
            "d starts, 1 in slot 0",
            "d Passed",
            "e starts, 1 in slot 0",
            "e Passed",
        ]
    };
    let summary = check(script(), (None, FlakyOutcome::Passed), &expected("b Passed"));
    assert_eq!((summary.passed, summary.flaky.len(), summary.flaky[0].attempts), (5, 1, 3));
    let summary = check(script(), (None, FlakyOutcome::Failed), &expected("b Flaky"));
    assert_eq!((summary.passed, summary.failed.len(), summary.blocked()), (4, 1, 0));
}

#[test]
fn after_enough_failures_nothing_starts() {
    let script = vec![("a", 1, Termination::OutOfMemory("all of it is used".to_owned()))];
    let expected =
        ["0 blocks 2", "a starts, 1 in slot 0", "a Killed(Signal(9))", "stops, MaxFailures(1)"];
    let summary = check(script, (Some(1), FlakyOutcome::Passed), &expected);
    assert_eq!((summary.failed.len(), summary.blocked(), summary.not_run), (1, 2, 2));
}

/// Its first attempt tells the run to end, and ends when that is passed on.
struct Interrupting {
    orders: Orders,
    stopped: (Mutex<Vec<Signal>>, Condvar),
    idle: Scripted,
}

impl Engine for Interrupting {
    fn run(&self, _: Task<'_>) -> (Attempt, Option<Evidence>) {
        self.orders.tell(Order::End(Signal::TERM));
        let stopped = self.stopped.0.lock().expect("nobody panics");
        drop(self.stopped.1.wait_while(stopped, |signals| signals.is_empty()));
        let nothing = (Vec::new(), Leaks::Kill);
        let end = Termination::Interrupted;
        (Attempt::new(&end, Duration::ZERO, Captured::Nothing, nothing), None)
    }

    fn build(&self, command: &CommandLine, last: &LastLine) -> BuildEnd {
        self.idle.build(command, last)
    }

    has_no_services!();

    fn stop(&self, signal: Signal) {
        self.stopped.0.lock().expect("nobody panics").push(signal);
        self.stopped.1.notify_all();
    }

    fn suspend(&self) {}

    fn resume(&self) {}

    fn is_idle(&self) -> bool {
        false
    }

    fn settle(&self) -> Vec<Leak> {
        vec![Leak { pid: 7, command: "sleep".to_owned() }]
    }
}

#[test]
fn an_order_ends_what_runs_and_starts_nothing_more() {
    let inbox = Inbox::new();
    let engine = Interrupting {
        orders: inbox.orders(),
        stopped: Default::default(),
        idle: Scripted { script: Vec::new() },
    };
    let expected = ["a starts, 1 in slot 0", "a Interrupted", "stops, Signal(Signal(15))"];
    let summary = check_on(&engine, &inbox, (None, FlakyOutcome::Passed), &expected);
    assert_eq!((summary.failed.len(), summary.not_run, summary.strays.len()), (1, 4, 1));
    assert_eq!(summary.exit(), Exit::Signal(15));
    assert_eq!(*engine.stopped.0.lock().expect("nobody panics"), [Signal::TERM]);
}
