//! What is left when whoever supervises is killed.

use std::io::Read;
use std::process::{Command, Stdio};

use probe_process::{Brand, Capture, Charge, CommandSpec, GroupWatch, supervise};

use crate::support::{OUTSIDE, shell, spool};

/// The word after which this program supervises what never ends.
pub(crate) const VICTIM: &str = "__victim";

/// Supervises one process in its group, one that has left it, and one that has given up its environment, too.
pub(crate) fn be_a_victim() {
    let run_id = "the-run-of-a-victim";
    let charge = Charge { run_id: Some(run_id.to_owned()), brand: Brand::take(), scratch: None };
    let watch = GroupWatch::new(charge, OUTSIDE);
    let script = "setsid sleep 1000 & env -i setsid /bin/sleep 1000 & echo up; sleep 1000";
    let env = vec![("PROBE_RUN_ID".into(), run_id.into())];
    let command = CommandSpec { capture: Capture::Through, env, ..shell(script) };
    supervise(&command, &spool(), &watch).expect("a shell");
}

pub(crate) fn nothing_outlives_a_kill() {
    let program = std::env::current_exe().expect("it runs");
    let mut victim =
        Command::new(program).arg(VICTIM).stdout(Stdio::piped()).spawn().expect("start");
    let mut out = victim.stdout.take().expect("a pipe");
    let mut said = [0; 3];
    out.read_exact(&mut said).expect("it is up");
    assert_eq!(&said, b"up\n");
    victim.kill().expect("it is there");
    victim.wait().expect("it has ended");
    // Everybody has this pipe: it ends when the last of them does.
    out.read_to_end(&mut Vec::new()).expect("nothing holds it");
}
