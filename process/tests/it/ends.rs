//! How commands end, and who ended them.

use std::path::PathBuf;
use std::time::Duration;

use probe_process::{
    Build, Capture, CommandSpec, EndedBy, Force, LastLine, ProcessEnd, Signal, TimeLimits,
    supervise, supervise_build,
};

use crate::support::{LONG, printed, shell, spool, watch};

/// Calls `attempt` with ever longer limits until it has come to where it is to run into one: a slow machine takes longer to install
/// a trap.
fn with_limits<T>(attempt: impl Fn(Duration) -> T, is_there: impl Fn(&T) -> bool) -> T {
    let limits = [500, 10_000, 60_000].map(Duration::from_millis);
    limits.into_iter().map(attempt).find(is_there).expect("the machine is fast enough")
}

pub(crate) fn an_end_comes_with_what_was_printed() {
    for (script, end) in [
        ("echo out; echo err >&2; exit 0", ProcessEnd::Exited(0)),
        ("echo out; echo err >&2; exit 7", ProcessEnd::Exited(7)),
        ("echo out; echo err >&2; kill -BUS $$", ProcessEnd::Killed(Signal::BUS)),
    ] {
        let ended = supervise(&shell(script), &spool(), &watch()).expect("a shell");
        assert_eq!((ended.end, ended.ended_by), (end, None), "{script}");
        assert_eq!(printed(&ended.output), "stdout: out\nstderr: err\n");
    }
}

pub(crate) fn one_stream_keeps_the_order() {
    let script = "echo 1; echo 2 >&2; echo 3; echo 4 >&2";
    let command = CommandSpec { capture: Capture::Combined, ..shell(script) };
    let ended = supervise(&command, &spool(), &watch()).expect("a shell");
    assert_eq!(printed(&ended.output), "output: 1\n2\n3\n4\n");
}

pub(crate) fn what_takes_too_long_is_asked_to_end() {
    let script = "trap 'echo bye; exit 3' TERM; sleep 1000 & wait";
    let attempt = |limit| {
        let limits = TimeLimits { timeout: Some(limit), grace: LONG };
        let command = CommandSpec { limits, ..shell(script) };
        supervise(&command, &spool(), &watch()).expect("a shell")
    };
    let ended = with_limits(attempt, |ended| ended.end == ProcessEnd::Exited(3));
    assert_eq!(ended.ended_by, Some(EndedBy::Timeout(Force::Terminated)));
    assert_eq!(ended.end, ProcessEnd::Exited(3));
    assert_eq!(printed(&ended.output), "stdout: bye\nstderr: ");
}

pub(crate) fn what_does_not_end_when_asked_is_killed() {
    let attempt = |limit| {
        let limits = TimeLimits { timeout: Some(limit), grace: Duration::from_millis(50) };
        let command = CommandSpec { limits, ..shell("trap '' TERM; while :; do sleep 1000; done") };
        supervise(&command, &spool(), &watch()).expect("a shell")
    };
    let killed = Some(EndedBy::Timeout(Force::Killed));
    let ended = with_limits(attempt, |ended| ended.ended_by == killed);
    assert_eq!(ended.end, ProcessEnd::Killed(Signal::KILL));
}

pub(crate) fn what_is_silent_for_too_long_is_ended() {
    let attempt = |limit| {
        let last = LastLine::default();
        let build = Build { silence: Some(limit), last: &last };
        let built = supervise_build(&shell("echo linking; sleep 1000"), &spool(), &watch(), build);
        (built.expect("a shell"), last.text())
    };
    let (built, _) = with_limits(attempt, |(_, last)| last.as_deref() == Some("linking"));
    assert!(built.was_silent);
    assert_eq!(built.ended.ended_by, Some(EndedBy::Timeout(Force::Terminated)));
}

pub(crate) fn a_stop_reaches_groups_that_come_later() {
    let watch = watch();
    // Not SIGINT: what a shell starts in the background ignores that.
    watch.stop_all(Signal::TERM);
    let ended = supervise(&shell("sleep 1000"), &spool(), &watch).expect("a shell");
    assert_eq!(ended.ended_by, Some(EndedBy::Interrupted));
    assert_eq!(ended.end, ProcessEnd::Killed(Signal::TERM));
    assert!(watch.is_idle());
}

pub(crate) fn what_cannot_start_says_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let poem = directory.path().join("poem");
    std::fs::write(&poem, "Roses are red\n").expect("write");
    let chmod = supervise(&shell(&format!("chmod +x '{}'", poem.display())), &spool(), &watch());
    assert!(chmod.expect("a shell").end.is_success());
    let not_there = PathBuf::from("/not/there");
    for (command, expected) in [
        (CommandSpec { program: poem.clone(), ..shell("") }, "poem`: it is a poem"),
        (CommandSpec { cwd: not_there, ..shell("") }, "working directory `/not/there` does not"),
    ] {
        let error = supervise(&command, &spool(), &watch()).expect_err("nothing to run");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.is_passing());
    }
}
