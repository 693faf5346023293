//! What commands leave behind.

use std::time::Instant;

use probe_process::{
    Build, CommandSpec, DETACHED, Ended, LastLine, Leak, Orphans, ProcessEnd, Tenant, Whose,
    supervise_build, supervise_test,
};

use crate::support::{LONG, OUTSIDE, is_alive, shell, spool, watch};

pub(crate) fn in_a_group() {
    let last = LastLine::default();
    let build = Build { silence: None, last: &last };
    let built = supervise_build(&shell("sleep 4321 & exit 0"), &spool(), &watch(), build);
    let ended = built.expect("a shell").ended;
    assert_eq!(ended.end, ProcessEnd::Exited(0));
    let [Leak { pid, command }] = &ended.left[..] else { panic!("{:?}", ended.left) };
    assert_eq!(command, "sleep …");
    // It is not this process's child: whoever got it reaps it.
    let killed = Instant::now();
    while is_alive(*pid) && killed.elapsed() < LONG {
        std::thread::yield_now();
    }
    assert!(!is_alive(*pid));
}

/// Away from its group and its session, with its streams closed.
pub(crate) fn anywhere() {
    let ended = test("setsid sleep 1000 < /dev/null > /dev/null 2>&1 & exit 0");
    assert_eq!(ended.end, ProcessEnd::Exited(0));
    let [Leak { pid, command }] = &ended.left[..] else { panic!("{:?}", ended.left) };
    assert_eq!(command, "sleep 1000");
    assert!(!is_alive(*pid));
}

pub(crate) fn detached() {
    let script = format!(
        "unset PROBE_RUN_ID; {DETACHED}=1 setsid sleep 1000 < /dev/null > /dev/null 2>&1 & echo $!"
    );
    let ended = test(&script);
    assert_eq!(ended.left, []);
    let (_, said) = ended.output.streams().next().expect("two streams");
    let said = String::from_utf8(said.whole().expect("short")).expect("a number");
    let pid: u32 = said.trim().parse().expect("a number");
    assert!(is_alive(pid));
    let id = rustix::process::Pid::from_raw(pid.cast_signed()).expect("not 0");
    rustix::process::kill_process(id, rustix::process::Signal::KILL).expect("it is there");
}

/// Runs a script as the test in slot 3 of a run.
fn test(script: &str) -> Ended {
    let orphans = Orphans::adopt("some-run", OUTSIDE);
    let mark = [("PROBE_RUN_ID", "some-run"), ("PROBE_SLOT", "3")];
    let env = mark.map(|(name, value)| (name.into(), value.into())).to_vec();
    let command = CommandSpec { env, ..shell(script) };
    let tenant = Tenant { orphans: &orphans, whose: Whose::Slot(3), at_timeout: None };
    let ended = supervise_test(&command, &spool(), &watch(), tenant).expect("a shell");
    assert_eq!(orphans.unknown(), []);
    ended
}
