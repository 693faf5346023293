//! What a terminal shows while probe runs, how it is left, and what is written where there is none.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rustix::fs::{Mode, OFlags, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::{Project, state, wait_until};
use crate::tools;

/// A test that runs until there is a file `go`.
const WAITS: &str = r#"[test.waits]
run = ["sh", "-c", "echo > started; while [ ! -e go ]; do sleep 0.02; done"]
"#;
/// A terminal that shows progress in a place of its own, and what takes it away there.
const WITH_PROGRESS: (&str, &str) = ("WT_SESSION", "1");
const PROGRESS_ENDS: &str = "\x1b]9;4;0;";

/// A terminal, and what it has been sent.
pub(crate) struct Terminal {
    master: OwnedFd,
    slave: OwnedFd,
    shown: Arc<Mutex<Shown>>,
}

struct Shown {
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

impl Terminal {
    pub(crate) fn new(rows: u16, columns: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("it can be used");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let slave = open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())
            .expect("it opens");
        let of = |number| std::num::NonZeroU16::new(number).expect("not 0");
        let parser = vt100::Parser::new(of(rows), of(columns), 10_000);
        let terminal = Self {
            master,
            slave,
            shown: Arc::new(Mutex::new(Shown { parser, bytes: Vec::new() })),
        };
        terminal.resize(rows, columns);
        terminal
    }

    fn resize(&self, rows: u16, columns: u16) {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.master, size).expect("it is a terminal");
    }

    /// Starts a command whose standard error is the terminal.
    fn start(&self, mut command: Command) -> Child {
        let stderr = self.slave.try_clone().expect("a descriptor");
        command.env("TERM", "xterm-256color").stderr(stderr).spawn().expect("the binary starts")
    }

    /// Starts a command in front of the terminal, which is its own: keys are its input, and signals.
    pub(crate) fn start_in_front(&self, command: &Command) -> Child {
        let mut setsid = Command::new("setsid");
        setsid.arg("--ctty").arg(command.get_program()).args(command.get_args()).env_clear();
        for (name, value) in command.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            setsid.env(name, value);
        }
        setsid.current_dir(command.get_current_dir().expect("a directory"));
        let side = || self.slave.try_clone().expect("a descriptor");
        setsid.stdin(side()).stdout(side());
        self.start(setsid)
    }

    /// Presses keys.
    pub(crate) fn press(&self, keys: &str) {
        let mut keyboard = File::from(self.master.try_clone().expect("a descriptor"));
        keyboard.write_all(keys.as_bytes()).expect("the terminal takes them");
    }

    /// What says how the terminal works.
    pub(crate) fn line(&self) -> OwnedFd {
        self.master.try_clone().expect("a descriptor")
    }

    /// From now on somebody looks at the terminal, until nobody has it open any more.
    pub(crate) fn look(&self) -> JoinHandle<()> {
        let mut master = File::from(self.master.try_clone().expect("a descriptor"));
        let shown = Arc::clone(&self.shown);
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            // An error is how a terminal says that nobody has it open.
            while let Ok(length @ 1..) = master.read(&mut piece) {
                let mut shown = shown.lock();
                shown.parser.process(&piece[..length]);
                shown.bytes.extend_from_slice(&piece[..length]);
            }
        })
    }

    /// What is to be seen.
    pub(crate) fn seen(&self) -> String {
        self.shown.lock().parser.screen().contents()
    }

    pub(crate) fn wait_for(&self, what: &str) {
        wait_until(|| self.seen().contains(what), what);
    }

    /// All that was sent since the terminal was there.
    pub(crate) fn sent(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().bytes).into_owned()
    }

    /// Waits until the command has ended, and everything that it has sent is here.
    pub(crate) fn end(self, mut child: Child, look: JoinHandle<()>) -> (Option<i32>, Ended) {
        let code = child.wait().expect("it ends").code();
        let Self { slave, shown, .. } = self;
        drop(slave);
        look.join().expect("it only reads");
        let Some(shown) = Arc::into_inner(shown) else { unreachable!("nobody looks any more") };
        let Shown { parser, bytes } = shown.into_inner();
        let screen = parser.screen();
        assert_eq!(screen.cursor_position().1, 0, "the cursor is where a shell wants it");
        assert!(!screen.hide_cursor());
        (
            code,
            Ended { seen: screen.contents(), sent: String::from_utf8_lossy(&bytes).into_owned() },
        )
    }
}

/// How a terminal was left.
pub(crate) struct Ended {
    pub(crate) seen: String,
    pub(crate) sent: String,
}

#[test]
fn a_picture_of_the_run_stands_below_its_lines_and_is_gone_afterwards() {
    let project = Project::new(&format!("{WAITS}\n[test.first]\nrun = [\"true\"]\n"));
    let terminal = Terminal::new(24, 80);
    let mut command = project.command(&["run", "-j2"]);
    command.env(WITH_PROGRESS.0, WITH_PROGRESS.1);
    let child = terminal.start(command);
    let look = terminal.look();
    terminal.wait_for("] waits");
    let seen = terminal.seen();
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines.len(), 4, "{seen}");
    assert!(lines[0].starts_with("    STARTING 2 tests"), "{seen}");
    assert!(lines[1].contains("PASS [") && lines[1].ends_with("(1/2) first"), "{seen}");
    assert!(lines[2].starts_with("     RUNNING [       "), "{seen}");
    assert!(lines[2].contains("s] (1/2) ━━"), "{seen}");
    assert!(lines[2].ends_with("── 1 running"), "{seen}");
    assert!(terminal.sent().contains("\x1b]9;4;1;50\x1b\\"), "half of the tests have passed");
    // Of a narrower terminal nothing is taken for granted.
    terminal.resize(24, 50);
    wait_until(|| !terminal.seen().contains("RUNNING"), "a picture of fewer columns");
    terminal.wait_for("s (1/2) ━");
    let project = project.write("go", "");
    let (code, Ended { seen, sent }) = terminal.end(child, look);
    assert_eq!(code, Some(0), "{seen}");
    assert!(!seen.contains("RUNNING"), "{seen}");
    assert!(seen.contains("SUMMARY") && seen.trim_end().ends_with("2 passed"), "{seen}");
    let (_, after) = sent.rsplit_once("\x1b]9;4;1;").expect("there was progress");
    assert!(after.contains(PROGRESS_ENDS), "{sent:?}");
    drop(project);
}

#[test]
fn what_is_not_to_be_shown_is_not_in_the_picture_either() {
    for (words, has_bar) in
        [(&["run", "-q"][..], true), (&["run", "--status-level", "none"], false)]
    {
        let project = Project::new(&format!("{WAITS}\n[test.fails]\nrun = [\"false\"]\n"));
        let terminal = Terminal::new(24, 80);
        let child = terminal.start(project.command(words));
        let look = terminal.look();
        if has_bar {
            // By then the test would be named.
            let has_clock = |seen: &str| seen.contains("RUNNING [") && !seen.contains(" 0s]");
            wait_until(|| has_clock(&terminal.seen()), "a second of the bar");
        }
        project.wait_for("started");
        let project = project.write("go", "");
        let (code, Ended { sent, .. }) = terminal.end(child, look);
        assert_eq!(code, Some(100), "{sent:?}");
        assert_eq!(sent.contains("RUNNING"), has_bar, "{words:?}: {sent:?}");
        assert!(!sent.contains("] waits"), "{words:?}: {sent:?}");
        drop(project);
    }
}

#[test]
fn after_a_signal_nothing_is_left_of_the_picture() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let project = Project::new(WAITS);
        let terminal = Terminal::new(24, 80);
        let mut command = project.command(&["run"]);
        command.env(WITH_PROGRESS.0, WITH_PROGRESS.1);
        let child = terminal.start(command);
        let look = terminal.look();
        terminal.wait_for("] waits");
        kill_process(Pid::from_child(&child), signal).expect("probe runs");
        let (code, Ended { seen, sent }) = terminal.end(child, look);
        assert_eq!(code, Some(128 + signal.as_raw()), "{seen}");
        assert!(!seen.contains("RUNNING") && !seen.contains("] (0/1)"), "{seen}");
        assert!(seen.contains("SUMMARY"), "{seen}");
        let (_, after) = sent.rsplit_once("\x1b]9;4;1;").expect("there was progress");
        assert!(after.contains(PROGRESS_ENDS), "{sent:?}");
    }
}

#[test]
fn while_probe_is_stopped_there_is_no_picture() {
    let project = Project::new(WAITS);
    let terminal = Terminal::new(24, 80);
    let child = terminal.start(project.command(&["run"]));
    let look = terminal.look();
    let probe = Pid::from_child(&child);
    terminal.wait_for("] waits");
    kill_process(probe, Signal::TSTP).expect("probe runs");
    wait_until(|| state(&probe.to_string()) == Some('T'), "the stop of probe");
    wait_until(|| !terminal.seen().contains("RUNNING"), "the end of the picture");
    assert_eq!(terminal.seen().lines().count(), 1, "{}", terminal.seen());
    kill_process(probe, Signal::CONT).expect("probe is stopped");
    terminal.wait_for("] waits");
    let project = project.write("go", "");
    let (code, Ended { seen, .. }) = terminal.end(child, look);
    assert_eq!(code, Some(0), "{seen}");
    assert!(!seen.contains("RUNNING"), "{seen}");
    drop(project);
}

#[test]
fn a_terminal_that_takes_nothing_does_not_hold_up_the_tests() {
    let name = "a-name-that-fills-the-buffer-of-a-terminal-soon";
    let project = Project::new(&format!(
        r#"[suite.s]
list = {{ run = ["seq", "-f", "{name}-%04g", "1", "500"], match = '^(?<name>.+)$' }}
run = ["sh", "-c", "echo >> ran", "{{name}}"]
"#
    ));
    let terminal = Terminal::new(24, 80);
    let child = terminal.start(project.command(&["run", "-j2"]));
    // Nobody looks: what a terminal takes by itself are a few KiB.
    wait_until(|| project.read("ran").len() == 500, "the last test");
    let look = terminal.look();
    let (code, Ended { sent, seen }) = terminal.end(child, look);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(sent.matches("PASS").count(), 500, "nothing is lost");
}

#[test]
fn where_there_is_no_terminal_to_draw_on_there_are_lines_alone() {
    for (variable, arguments) in [
        (("TERM", "dumb"), &["run"][..]),
        (("CI", "1"), &["run"]),
        (("PROBE_PROGRESS", "plain"), &["run"]),
        (("PROBE_PROGRESS", "bar"), &["run", "--progress", "none"]),
        (("NO_COLOR", ""), &["run", "--no-capture"]),
        (("PROBE_STATUS_LEVEL", "none"), &["run"]),
    ] {
        let project = Project::new("[test.t]\nrun = [\"sleep\", \"0.6\"]\n");
        let terminal = Terminal::new(24, 80);
        let mut command = project.command(arguments);
        let stderr = terminal.slave.try_clone().expect("a descriptor");
        command.env("TERM", "xterm").env(variable.0, variable.1).stderr(stderr);
        let child = command.spawn().expect("the binary starts");
        // It has the terminal open, too.
        drop(command);
        let look = terminal.look();
        let (code, Ended { sent, .. }) = terminal.end(child, look);
        assert_eq!(code, Some(0));
        assert!(
            !sent.contains("RUNNING") && !sent.contains("\x1b[?2026h"),
            "{variable:?}: {sent:?}"
        );
    }
}

#[test]
fn colours_are_for_the_flag_then_the_environment_then_the_terminal_to_decide() {
    let project = Project::new("[test.t]\nrun = [\"true\"]\n");
    let environments: [&[(&str, &str)]; 3] =
        [&[], &[("CLICOLOR_FORCE", "1")], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]];
    for (arguments, expected) in [
        (&["run"][..], [false, true, false]),
        (&["run", "--color", "always"], [true, true, true]),
        (&["--color", "never", "run"], [false, false, false]),
    ] {
        for (environment, expected) in environments.iter().zip(expected) {
            let mut command = project.command(arguments);
            let output = command.envs(environment.iter().copied()).output().expect("it starts");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(stderr.contains("\x1b["), expected, "{arguments:?} {environment:?}");
        }
    }
    // The same for what goes to standard output, and for errors.
    let stdout = project.probe(&["graph", "--color", "always"]).stderr;
    assert_eq!(stdout, "");
    let said = project.probe(&["run", "--color", "always", "--manifest-path", "none"]);
    assert!(said.stderr.contains("\x1b["), "{}", said.stderr);
}

#[test]
fn libraries_on_their_way_have_a_picture_too() {
    let project = Project::new(
        r#"[library.engine]
command = ["sh", "-c", "echo > started; while [ ! -e go ]; do sleep 0.02; done; echo > engine"]
paths = ["engine"]
kind = "data"
"#,
    );
    let terminal = Terminal::new(24, 80);
    let child = terminal.start(project.command(&["preload"]));
    let look = terminal.look();
    terminal.wait_for("IMPORTING [");
    terminal.wait_for("BUILDING [ ");
    let project = project.write("go", "");
    let (code, Ended { seen, .. }) = terminal.end(child, look);
    assert_eq!(code, Some(0), "{seen}");
    assert!(!seen.contains("IMPORTING"), "{seen}");
    drop(project);
}

/// The kernel stops who reads a terminal that is somebody else's, and nobody would ever let it go on.
#[test]
fn a_test_that_wants_the_terminal_is_ended_at_once_and_told_why() {
    if !tools::has("script") {
        return;
    }
    let manifest = "[test.asks]\ntimeout = \"10m\"\nrun = [\"sh\", \"-c\", 'read answer < /dev/tty; echo $answer']\n";
    let project = Project::new(manifest);
    // It gives what it starts a terminal of its own, as a login does.
    let words = format!("{} run --progress plain --color never", env!("CARGO_BIN_EXE_probe"));
    let mut command = Command::new("script");
    command.args(["-qec", &words, "/dev/null"]).current_dir(project.path("")).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("PROBE_STORE", project.path("store")).stdin(Stdio::null());
    let said = project.said(&command.output().expect("it starts"));
    assert_eq!(said.code, 100, "{}", said.stdout);
    assert!(said.stdout.contains("SIGTTIN [   TIME ] (1/1) asks"), "{}", said.stdout);
    assert!(
        said.stdout.contains("the test wanted the terminal, which is probe's"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_line_that_nearly_fits_is_not_wrapped_for_its_time() {
    let project = Project::new(
        "[test.\"tests/some/where/a.tst\"]\nrun = [\"sleep\", \"60\"]\ntimeout = \"200ms\"\non-timeout = [\"true\"]\n",
    );
    let terminal = Terminal::new(24, 80);
    let child = terminal.start(project.command(&["run"]));
    let look = terminal.look();
    let (code, Ended { seen, .. }) = terminal.end(child, look);
    assert_eq!(code, Some(100), "{seen}");
    let lines: Vec<&str> = seen.lines().filter(|line| line.contains("TIMEOUT [")).collect();
    assert_eq!(lines.len(), 2, "{seen}");
    assert!(
        lines[0].ends_with("(1/1) tests/some/where/a.tst: ran into its timeout of 200ms"),
        "{seen}"
    );
    assert!(
        lines[1].ends_with("] tests/some/where/a.tst: ran into its timeout of 200ms"),
        "{seen}"
    );
}
