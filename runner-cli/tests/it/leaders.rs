//! Libraries that the first test makes: one test at a time, across every probe on the machine, until one has passed.

use std::fs;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::Project;
use crate::talking::Talking;

/// Makes `build/fast.1` if it is not there, takes a moment for it, and says so if another one does the same meanwhile.
const TEST: &str = r#"echo "start $0" >> log
if ! [ -e build/fast.1 ]; then
    mkdir making || echo "two at once" >> log
    sleep 0.2
    mkdir -p build && echo made > build/fast.1
    rmdir making
    echo "made by $0" >> log
fi
echo "path ${PROBE_LIBRARY_FAST-unknown}" >> log
echo "end $0" >> log
"#;

const MANIFEST: &str = r#"[library.fast]
leader = true
paths = ["build/fast*"]
inputs = ["src/*.in"]
kind = "data"

[suite.unit]
files = ["t*.sh"]
run = ["sh", "{file}"]
needs = ["fast"]
"#;

/// Eight tests that need one library, each with this script.
fn project(script: &str) -> Project {
    let project = Project::new(MANIFEST).write("src/a.in", "1");
    (1..=8).fold(project, |project, number| project.write(&format!("t{number}.sh"), script))
}

fn count(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[test]
fn the_first_test_leads_and_the_others_follow_together() {
    let project = project(TEST);
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("log");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[..4], ["start t1.sh", "made by t1.sh", "path unknown", "end t1.sh"], "{log}");
    assert_eq!(count(&log, "start "), 8, "{log}");
    assert_eq!(
        count(&log, &format!("path {}", project.path("build/fast.1").display())),
        7,
        "{log}"
    );
    assert_eq!(count(&said.stderr, "LEADING"), 1, "{}", said.stderr);
    assert!(said.stderr.contains("unit t1.sh: others that need `fast` wait"), "{}", said.stderr);
}

#[test]
fn what_is_whole_already_makes_nobody_wait_until_an_input_changes() {
    let project = project(TEST);
    let leads = |project: &Project| {
        let said = project.probe(&["run", "-j8"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        (count(&said.stderr, "LEADING"), said.stderr.contains("fast: already there"))
    };
    assert_eq!(leads(&project), (1, false));
    assert_eq!(leads(&project), (0, true));
    let project = project.write("src/a.in", "2");
    assert_eq!(leads(&project), (1, false));
}

#[test]
fn a_leader_that_fails_lets_the_next_one_try() {
    let project = project(&format!("mkdir tried 2> /dev/null && exit 3\n{TEST}"));
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("8 tests run: 7 passed, 1 failed"), "{}", said.stderr);
    assert_eq!(count(&said.stderr, "LEADING"), 2, "{}", said.stderr);
    assert_eq!(project.read("log").lines().nth(1), Some("made by t2.sh"));
    assert!(!project.read("log").contains("two at once"));
}

#[test]
fn a_leader_that_is_tried_again_leads_again() {
    let project = project(&format!("mkdir tried 2> /dev/null && exit 3\n{TEST}"));
    let said = project.probe(&["run", "-j8", "--retries", "1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("8 passed (1 flaky)"), "{}", said.stderr);
    assert_eq!(count(&project.read("log"), "made by"), 1);
    assert!(!project.read("log").contains("two at once"));
}

#[test]
fn of_all_probes_on_the_machine_one_leads() {
    let project = project(TEST);
    let runs: Vec<Child> = (0..4).map(|_| project.start(&["run", "-j4"])).collect();
    for run in runs {
        let said = project.end(run);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("8 tests run: 8 passed"), "{}", said.stderr);
    }
    let log = project.read("log");
    assert_eq!((count(&log, "made by"), count(&log, "two at once")), (1, 0), "{log}");
}

#[test]
fn a_run_waits_for_the_leader_of_another_one_and_goes_on_when_that_is_killed() {
    let script =
        format!("mkdir hung 2> /dev/null && {{ echo $$ > pid; exec sleep 1000; }}\n{TEST}");
    let project = project(&script);
    let mut first = Talking::start(&project, &["run", "-j4"]);
    first.wait_for("LEADING");
    let hung = project.wait_for("pid");
    let mut second = Talking::start(&project, &["run", "-j4"]);
    let pid = first.child.id();
    second.wait_for("WAITING");
    assert!(
        second.said.contains(&format!("fast: process {pid} on ")),
        "it says who leads: {}",
        second.said
    );
    first.child.kill().expect("it runs");
    let (code, said) = second.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("8 tests run: 8 passed"), "{said}");
    assert_eq!(count(&project.read("log"), "made by"), 1);
    first.end();
    // Where nothing looks after the tests of a killed probe, this does.
    let hung = hung.trim().parse().ok().and_then(Pid::from_raw).expect("a process id");
    let _ = kill_process(hung, Signal::KILL);
}

#[test]
fn a_test_that_needs_two_waits_for_both() {
    let manifest = r#"[library.one]
leader = true
[library.two]
leader = true
[test.a]
run = ["sh", "-c", "echo start a >> log; sleep 0.2; echo end a >> log"]
needs = ["one"]
[test.b]
run = ["sh", "-c", "echo start b >> log; sleep 0.2; echo end b >> log"]
needs = ["one", "two"]
[test.c]
run = ["sh", "-c", "echo start c >> log; sleep 0.2; echo end c >> log"]
needs = ["two"]
"#;
    let project = Project::new(manifest);
    let said = project.probe(&["run", "-j3"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("log");
    let place = |line: &str| log.lines().position(|other| other == line).expect("it ran");
    for (other, needs_both) in [("a", "b"), ("c", "b")] {
        let first = place(&format!("end {other}")) < place(&format!("start {needs_both}"));
        let last = place(&format!("end {needs_both}")) < place(&format!("start {other}"));
        assert!(first || last, "{other} and {needs_both} ran together: {log}");
    }
}

#[test]
fn a_leader_that_passes_without_making_it_lets_the_next_one_lead() {
    let project = project(&format!("case $0 in t[123].sh) exit 0;; esac\n{TEST}"));
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("log");
    assert_eq!(log.lines().nth(1), Some("made by t4.sh"), "{log}");
    assert_eq!((count(&log, "made by"), count(&log, "two at once")), (1, 0), "{log}");
    assert_eq!(count(&said.stderr, "LEADING"), 4, "{}", said.stderr);
    assert!(!said.stderr.contains("WARNING"), "it is there: {}", said.stderr);
}

#[test]
fn what_eight_leaders_have_not_made_holds_up_nobody_any_more_and_is_said_once() {
    let project = project("exit 0").write("t9.sh", "exit 0").write("t9a.sh", "exit 0");
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("10 tests run: 10 passed"), "{}", said.stderr);
    assert_eq!(count(&said.stderr, "LEADING"), 8);
    insta::assert_snapshot!(warnings(&said.stderr), @"     WARNING library `fast` is not there, though `unit t1.sh` and 7 more tests have passed that need it, one at a time: nothing matches `[ROOT]/build/fast*`; those that follow run together; correct its `paths`, or let only those tests need it that make it");
}

#[test]
fn what_none_of_a_few_tests_has_made_is_said_at_the_end() {
    let project = project("exit 0");
    let said = project.probe(&["run", "-j8", "t1.sh", "t2.sh"]);
    assert_eq!((said.code, count(&said.stderr, "LEADING")), (0, 2), "{}", said.stderr);
    insta::assert_snapshot!(warnings(&said.stderr), @"     WARNING library `fast` is not there, though `unit t1.sh` and 1 more test have passed that need it, one at a time: nothing matches `[ROOT]/build/fast*`; correct its `paths`, or let only those tests need it that make it");
    let said = project.probe(&["run", "-j8", "t1.sh"]);
    assert_eq!((said.code, count(&said.stderr, "LEADING")), (0, 1), "{}", said.stderr);
    insta::assert_snapshot!(warnings(&said.stderr), @"     WARNING library `fast` is not there, though `unit t1.sh` has passed, which needs it: nothing matches `[ROOT]/build/fast*`; correct its `paths`, or let only those tests need it that make it");
}

#[test]
fn what_a_leader_has_made_of_several_stays_where_it_is() {
    let manifest = MANIFEST.replace("[\"build/fast*\"]", "[\"build/fast*\", \"build/other\"]");
    let script = "echo $0 >> log\n[ $0 = t2.sh ] && touch build/other && echo o > build/other\n\
                  mkdir -p build; [ -e build/fast.1 ] || echo $0 > build/fast.1";
    let project = project(script).write("probe.toml", &manifest);
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("build/fast.1"), "t1.sh\n", "{}", said.stderr);
    assert!(!said.stderr.contains("MOVED ASIDE"), "{}", said.stderr);
    assert_eq!(count(&said.stderr, "LEADING"), 2, "{}", said.stderr);
}

/// The warnings among what was said.
fn warnings(said: &str) -> String {
    said.lines().filter(|line| line.contains(" WARNING ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_path_that_only_a_test_will_tell_cannot_be_handed_to_the_first_one() {
    let manifest = MANIFEST.replace("\"{file}\"", "\"{file}\", \"{library.fast}\"");
    let project = project(TEST).write("probe.toml", &manifest);
    let said = project.probe(&["run", "-j1", "t1.sh"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("`{library.fast}` has no path yet"), "{}", said.stderr);
    let manifest = manifest.replace("fast*", "fast.1");
    let project = project.write("probe.toml", &manifest);
    assert_eq!(project.probe(&["run", "-j1", "t1.sh"]).code, 0);
}

#[test]
fn only_tests_can_wait_for_what_tests_make() {
    let project = project(TEST);
    let said = project.probe(&["exec", "--needs", "fast", "--", "true"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × library `fast` says `leader = true`, which only `probe run` can do
    help: leave it out here: only tests make it, and only `probe run` lets one of them go first
    ");
    for words in [&["exec", "--", "true"][..], &["preload"], &["env"]] {
        let said = project.probe(words);
        let left_out = "left out: `fast`, which tests make, under `probe run` alone";
        assert_eq!((said.code, said.stderr.as_str()), (0, left_out));
    }
    let manifest = format!(
        "{MANIFEST}\n[library.top]\nurl = 'top.so'\nneeds = ['fast']\n[test.x]\nrun = ['true']\nneeds = ['top']\n"
    );
    let said = project.write("probe.toml", &manifest).probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × library `top` needs a library that only tests make
    help: a library with `leader = true` can only be needed by tests
    ");
}

#[test]
fn an_input_that_changes_while_the_leader_runs_makes_the_next_run_lead_again() {
    let project = project(&format!("[ -e log ] || echo 2 > src/a.in\n{TEST}"));
    let leads = || count(&project.probe(&["run", "-j8"]).stderr, "LEADING");
    assert_eq!((leads(), leads(), leads()), (1, 1, 0));
}

#[test]
fn what_is_torn_before_its_first_test_is_moved_aside_so_that_this_makes_it() {
    let manifest = MANIFEST.replace("kind = \"data\"\n", "");
    let script = "test -e build/fast.so || cp whole.so build/fast.so\n";
    let project = Project::new(&manifest).write("src/a.in", "1").write("t1.sh", script);
    for (name, content) in [("build/fast.so", Vec::new()), ("whole.so", object())] {
        let path = project.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("create");
        fs::write(path, content).expect("write");
    }
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(fs::read(project.path("build/fast.so")).expect("made"), object());
    let line = said.stderr.lines().find(|line| line.contains("MOVED ASIDE")).expect("it is said");
    let (before, _) = line.split_once("/yours-").expect("it says where it is");
    insta::assert_snapshot!(before, @" MOVED ASIDE                  fast: `[ROOT]/build/fast.so` was torn: empty, and is made anew; `mv [ROOT]/store/damaged");
    let lines = project.probe(&["run"]).stderr;
    assert!(!lines.contains("MOVED ASIDE"), "{lines}");
}

/// A small program that every machine has, whole and for this one.
fn object() -> Vec<u8> {
    fs::read("/bin/sh").expect("a shell")
}
