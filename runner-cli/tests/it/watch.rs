//! `--watch`: at a terminal, with its keys, and without one.

use std::fs;
use std::process::Child;
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

use crate::changed::committed;
use crate::support::{Project, state, wait_until};
use crate::terminal::{Ended, Terminal};

/// Tests that leave a line each time that they run, where Git sees nothing: `a` depends on `src/a`, `b` on `src/b`.
const MANIFEST: &str = r#"[suite.sh]
files = ["t/*.sh"]
run = ["sh", "{file}"]
inputs = []

[test.a]
run = ["sh", "-c", "echo a >> ignored/log; [ ! -e ignored/broken ]"]
inputs = ["src/a/**"]

[test.b]
run = ["sh", "-c", "echo b >> ignored/log"]
inputs = ["src/b/**"]
"#;

/// What `--watch` says when it waits.
const WAITS: &str = "waiting for changes";

fn project(manifest: &str) -> Project {
    let project = Project::new(manifest).write("src/a/x", "").write("src/b/x", "");
    committed(project.write("t/own.sh", "").write("ignored/log", ""))
}

/// A watching probe at a terminal.
struct Session {
    terminal: Terminal,
    probe: Child,
    look: JoinHandle<()>,
    /// How often it has waited.
    waited: usize,
}

impl Session {
    fn start(project: &Project, words: &[&str]) -> Self {
        let terminal = Terminal::new(40, 120);
        let words = [&["run", "--watch", "-j1"], words].concat();
        let probe = terminal.start_in_front(&project.command(&words));
        let look = terminal.look();
        let mut session = Self { terminal, probe, look, waited: 0 };
        session.wait();
        session
    }

    /// Until it waits for the next change.
    fn wait(&mut self) {
        self.waited += 1;
        let waited = self.waited;
        wait_until(|| self.terminal.sent().matches(WAITS).count() >= waited, "the end of a round");
    }

    fn press(&self, keys: &str) {
        self.terminal.press(keys);
    }

    fn end(self) -> (Option<i32>, Ended) {
        self.terminal.end(self.probe, self.look)
    }
}

/// What has run since somebody has asked.
fn ran(project: &Project) -> String {
    let log = project.read("ignored/log").split_whitespace().collect::<Vec<_>>().join(" ");
    fs::write(project.path("ignored/log"), "").expect("it can be written");
    log
}

fn change(project: &Project, file: &str, text: &str) {
    fs::create_dir_all(project.path(file).parent().expect("a directory")).expect("create it");
    fs::write(project.path(file), text).expect("it can be written");
}

#[test]
fn a_change_runs_what_it_concerns_and_keys_run_the_rest() {
    let project = project(MANIFEST);
    let mut session = Session::start(&project, &[]);
    assert_eq!(ran(&project), "a b");
    change(&project, "src/a/x", "1");
    session.wait();
    assert_eq!(ran(&project), "a");
    // A directory that comes is looked at, with what is in it.
    change(&project, "src/b/new/deep/y", "1");
    session.wait();
    assert_eq!(ran(&project), "b");
    session.press("\r");
    session.wait();
    assert_eq!(ran(&project), "b", "the same again");
    session.press("a");
    session.wait();
    assert_eq!(ran(&project), "a b");
    change(&project, "ignored/broken", "");
    change(&project, "src/a/x", "2");
    session.wait();
    assert_eq!(ran(&project), "a");
    session.press("f");
    session.wait();
    assert_eq!(ran(&project), "a", "what has failed");
    // Nobody depends on it; and what has failed is still to be seen.
    change(&project, "README.md", "");
    session.wait();
    assert!(session.terminal.seen().contains("FAIL ["), "{}", session.terminal.seen());
    fs::rename(project.path("src/b/new"), project.path("ignored/gone")).expect("it can be renamed");
    session.wait();
    assert_eq!(ran(&project), "b", "what is gone");
    session.press("?");
    session.terminal.wait_for("with the exit code of the last run");
    fs::remove_file(project.path("ignored/broken")).expect("it is there");
    session.press("a");
    session.wait();
    session.press("q");
    let (code, Ended { sent, .. }) = session.end();
    assert_eq!(code, Some(0), "{sent}");
    assert!(sent.contains("README.md has changed and affects none of 3 tests"), "{sent}");
    assert!(sent.contains("\x1b[2J"), "a round begins on an empty screen");
}

#[test]
fn what_tests_write_runs_nothing() {
    let manifest = r#"[suite.sh]
files = ["t/*.sh"]
run = ["sh", "-c", "echo run >> ignored/log; date +%N > t/out.txt; date +%N > t/out.$$"]
env = { FILE = "{file}" }
"#;
    let project = project(manifest);
    let mut session = Session::start(&project, &[]);
    assert_eq!(ran(&project), "run");
    // What depends on nothing that is known runs with any change, so with its own if nobody took care.
    change(&project, "src/a/x", "1");
    session.wait();
    assert_eq!(ran(&project), "run");
    // Something that was there before, and that is not ignored: once more, and no further.
    change(&project, "t/own.sh", "date +%N > src/b/x");
    let manifest = manifest.replace("$$\"", "$$; date +%N > src/b/x\"");
    change(&project, "probe.toml", &manifest);
    session.wait();
    let runs = ran(&project).split(' ').count();
    assert!((2..=4).contains(&runs), "{runs}");
    assert!(
        session.terminal.sent().contains("src/b/x: written by tests"),
        "{}",
        session.terminal.sent()
    );
    change(&project, "src/a/x", "2");
    session.wait();
    assert_eq!(ran(&project), "run");
    session.press("q");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn a_change_while_tests_run_runs_them_again_and_a_key_stops_them() {
    let manifest = r#"[test.slow]
run = ["sh", "-c", "echo slow >> ignored/log; while [ ! -e ignored/go ]; do sleep 0.02; done"]
inputs = ["src/a/**"]
"#;
    let project = project(manifest);
    change(&project, "ignored/go", "");
    let mut session = Session::start(&project, &[]);
    assert_eq!(ran(&project), "slow");
    fs::remove_file(project.path("ignored/go")).expect("it is there");
    session.press("a");
    project.wait_for("ignored/log");
    change(&project, "src/a/x", "1");
    change(&project, "ignored/go", "");
    session.wait();
    assert_eq!(ran(&project), "slow slow");
    assert!(session.terminal.sent().contains("src/a/x: changed while tests ran"));
    fs::remove_file(project.path("ignored/go")).expect("it is there");
    session.press("a");
    project.wait_for("ignored/log");
    session.press("s");
    session.wait();
    assert_eq!(ran(&project), "slow");
    session.press("a");
    project.wait_for("ignored/log");
    session.press("\r");
    wait_until(|| project.read("ignored/log").matches("slow").count() == 2, "another run");
    session.press("q");
    // Of the last run that came to its end.
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn what_the_manifest_says_by_then_holds() {
    let project = project(MANIFEST);
    let mut session = Session::start(&project, &[]);
    ran(&project);
    change(&project, "t/new.sh", "echo new >> ignored/log");
    session.wait();
    assert_eq!(ran(&project), "new");
    change(&project, "probe.toml", "[test.a\n");
    session.wait();
    assert!(session.terminal.seen().contains("not TOML"), "{}", session.terminal.seen());
    // Still broken, and nothing else is said of it.
    change(&project, "src/a/x", "1");
    session.wait();
    assert_eq!(ran(&project), "");
    let manifest = format!("{MANIFEST}\n[test.c]\nrun = ['sh', '-c', 'echo c >> ignored/log']\n");
    change(&project, "probe.toml", &manifest);
    session.wait();
    assert_eq!(ran(&project), "new a b c");
    session.press("q");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn an_end_by_a_signal_is_one_and_the_terminal_is_as_it_was() {
    let manifest = format!(
        "{MANIFEST}\n[test.slow]\nrun = ['sh', '-c', 'echo slow >> ignored/log; [ ! -e ignored/stay ] || sleep 1000']\ninputs = ['src/slow']\n"
    );
    for in_a_run in [false, true] {
        let project = project(&manifest);
        let session = Session::start(&project, &[]);
        let is_by_line = |session: &Session| {
            let modes = tcgetattr(session.terminal.line()).expect("a terminal").local_modes;
            modes.contains(LocalModes::ICANON | LocalModes::ECHO)
        };
        wait_until(|| !is_by_line(&session), "keys that are read one by one");
        ran(&project);
        if in_a_run {
            change(&project, "ignored/stay", "");
            change(&project, "src/slow", "1");
            wait_until(|| project.read("ignored/log").contains("slow"), "the run");
        }
        let line = session.terminal.line();
        session.press("\x03");
        let (code, Ended { sent, .. }) = session.end();
        assert_eq!(code, Some(130), "{sent}");
        let modes = tcgetattr(&line).expect("a terminal").local_modes;
        assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO), "{modes:?}");
    }
}

#[test]
fn while_it_is_stopped_the_terminal_is_somebody_elses() {
    let project = project(MANIFEST);
    let mut session = Session::start(&project, &[]);
    ran(&project);
    let probe = Pid::from_child(&session.probe);
    kill_process(probe, Signal::TSTP).expect("probe runs");
    wait_until(|| state(&probe.to_string()) == Some('T'), "the stop of probe");
    let modes = tcgetattr(session.terminal.line()).expect("a terminal").local_modes;
    assert!(modes.contains(LocalModes::ICANON), "{modes:?}");
    kill_process(probe, Signal::CONT).expect("probe is stopped");
    change(&project, "src/a/x", "1");
    session.wait();
    assert_eq!(ran(&project), "a");
    session.press("q");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn without_a_terminal_it_watches_and_in_ci_it_refuses() {
    let project = project(MANIFEST);
    let mut command = project.command(&["run", "--watch", "-j1"]);
    let log = project.path("ignored/stderr");
    command.stderr(fs::File::create(&log).expect("it can be written"));
    let mut probe = command.spawn().expect("the binary starts");
    let waits = |times: usize| {
        wait_until(|| project.read("ignored/stderr").matches(WAITS).count() >= times, "a wait");
    };
    waits(1);
    change(&project, "src/b/x", "1");
    waits(2);
    assert_eq!(ran(&project), "a b b");
    kill_process(Pid::from_child(&probe), Signal::TERM).expect("probe runs");
    let status = probe.wait().expect("it ends");
    assert_eq!(status.code(), Some(143));
    let said = project.read("ignored/stderr");
    assert!(!said.contains('\x1b') && !said.contains("Enter"), "{said}");
    let mut command = project.command(&["run", "--watch"]);
    let said = project.said(&command.env("CI", "true").output().expect("the binary starts"));
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("`--watch` waits for ever"), "{}", said.stderr);
}

#[test]
fn without_git_ignore_files_say_what_counts() {
    let project = Project::new(MANIFEST).write("src/a/x", "").write("src/b/x", "");
    let project = project.write("t/own.sh", "").write("ignored/log", "");
    let project = project.write(".gitignore", "ignored/\nstore/\n*.tmp\n!keep.tmp\n");
    let mut session = Session::start(&project, &[]);
    assert_eq!(ran(&project), "a b");
    change(&project, "src/a/x.tmp", "1");
    change(&project, "src/b/.x.swp", "1");
    change(&project, "node_modules/x", "1");
    change(&project, "src/b/keep.tmp", "1");
    session.wait();
    assert_eq!(ran(&project), "b");
    session.press("q");
    assert_eq!(session.end().0, Some(0));
}

#[test]
fn choices_of_the_command_line_hold_for_the_first_round_and_words_for_all() {
    let project = project(MANIFEST);
    let mut session = Session::start(&project, &["--changed", "a", "own"]);
    assert_eq!(ran(&project), "");
    assert!(session.terminal.sent().contains("nothing has changed since HEAD"));
    change(&project, "src/a/x", "1");
    session.wait();
    assert_eq!(ran(&project), "a");
    change(&project, "src/b/x", "1");
    session.wait();
    assert_eq!(ran(&project), "", "nobody has asked for `b`");
    session.press("q");
    assert_eq!(session.end().0, Some(0));
    let said = project.probe(&["run", "--watch", "--debug", "a"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}
