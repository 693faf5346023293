//! The workers: one long-lived loop for each job slot, on a pool of their own. Each takes a command, sees it to its end,
//! reports exactly once, and takes the next one.
//!
//! Knows nothing of the graph or of what follows from an attempt; of libraries it only sees how their files look. No worker waits for a lock, a download or
//! a back-off: what it is given can start.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use probe_process::{
    Captured, CommandSpec, GroupWatch, Memory, Orphans, Scratch, Signal, Tenant, supervise_test,
};
use probe_scenario::Leaks;
use probe_scheduler::NodeId;

use crate::attempt::{Attempt, Ending, UNFINISHED};
use crate::message::Message;
use crate::monitor::Monitor;
use crate::through::Through;
use crate::verdict::{Before, Circumstances, Evidence, Watched, sought};

/// The signal that nobody can refuse.
const SIGKILL: i32 = 9;

/// A test that is to start now.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) unit: NodeId,
    /// Counts from 0; no other job has it meanwhile, so that a test can derive a port or a database name from it.
    pub(crate) slot: usize,
    /// What to run, or why that could not be worked out.
    pub(crate) command: Result<CommandSpec, String>,
    /// The test's libraries.
    pub(crate) watched: Vec<Arc<Watched>>,
    /// What becomes of processes that it leaves behind.
    pub(crate) leaks: Leaks,
    /// The runner that it goes through.
    pub(crate) through: Option<Through>,
}

/// What every worker works with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) watch: &'a GroupWatch,
    pub(crate) orphans: &'a Orphans,
    pub(crate) scratch: &'a Scratch,
    /// Where output goes that is too long for memory.
    pub(crate) spool: &'a Path,
    pub(crate) memory: &'a Memory,
}

/// Runs jobs until no more can come.
pub(super) fn work(desk: Desk<'_>, monitor: &Monitor<'_, '_, '_>) {
    let mut next = monitor.exchange(None);
    while let Some(Job { unit, slot, command, watched, leaks, through }) = next {
        let attempt = catch_unwind(AssertUnwindSafe(|| match command {
            Ok(command) => attempt(slot, desk, command, watched, leaks, through),
            Err(reason) => (Attempt::not_started(reason), None),
        }));
        let (attempt, evidence) = attempt.unwrap_or_else(|_| {
            (Attempt::not_started("probe itself panicked; see above".to_owned()), None)
        });
        next = monitor.exchange(Some(Message::TestEnded { unit, attempt, evidence }));
    }
}

fn attempt(
    slot: usize,
    desk: Desk<'_>,
    mut command: CommandSpec,
    watched: Vec<Arc<Watched>>,
    leaks: Leaks,
    through: Option<Through>,
) -> (Attempt, Option<Evidence>) {
    // Without a guardian nobody would remove the directory if probe were killed before the process starts.
    desk.watch.guard();
    let directory = match desk.scratch.slot(slot) {
        Ok(directory) => directory,
        Err(error) => {
            let reason = format!(
                "cannot make the directory `{}` for its files: {error}; TMPDIR says where",
                desk.scratch.root().display()
            );
            return (Attempt::not_started(reason), None);
        }
    };
    // In front of the others, so that what the manifest says of it counts.
    command.env.insert(0, ("TEST_TMPDIR".into(), directory.into()));
    // Beside the directory, which serves the next test only if it is left empty.
    let unfinished = desk.scratch.root().join(format!("unfinished-{slot}"));
    command.env.insert(0, (UNFINISHED.into(), unfinished.clone().into()));
    command.sought = Some(sought);
    command.env.push(("PROBE_SLOT".into(), OsString::from(slot.to_string())));
    let tenant = Tenant { orphans: desk.orphans, slot };
    let before = Before::look(watched);
    let ended = supervise_test(&command, desk.spool, desk.watch, tenant);
    // Before anybody hears of the end: whoever comes next may want the room.
    desk.scratch.clear(slot);
    let mut attempt = Attempt::new(ended, leaks);
    if let Some(through) = through {
        attempt = through.judge(attempt, &command, desk.spool);
    }
    // Nobody makes it but who knows of it; then it must not be there for the next test.
    attempt = attempt.unfinished(std::fs::remove_file(&unfinished).is_ok());
    let evidence = before.compare(
        &attempt,
        Circumstances { cwd: &command.cwd, env: &command.env, remarks: remarks(&attempt, desk) },
    );
    (attempt, evidence)
}

/// What explains an end besides libraries: a signal that neither the test nor probe has sent.
fn remarks(attempt: &Attempt, desk: Desk<'_>) -> Vec<String> {
    /// What a shell exits with for a command that was killed.
    const KILLED: i32 = 128 + SIGKILL;

    let shortage = || desk.memory.shortage().iter().map(ToString::to_string).collect();
    match attempt.ending {
        Ending::Killed(signal) if Signal::from_number(signal).is_of_terminal() => vec![
            "the test wanted the terminal, which is probe's, and would have waited for it until its timeout: \
             let it read a file or a pseudo-terminal (`script -qec COMMAND /dev/null`), or answer by an option of its own"
                .to_owned(),
        ],
        Ending::Killed(SIGKILL) | Ending::Exited(KILLED) => shortage(),
        // Whoever started what was killed may have exited by itself.
        Ending::Exited(_) if tells_of_a_kill(&attempt.output) => shortage(),
        _ => Vec::new(),
    }
}

/// Whether whoever printed this has seen a process of its own being killed.
fn tells_of_a_kill(output: &Captured) -> bool {
    let tells = |part: &[u8]| {
        let text = String::from_utf8_lossy(part);
        [
            "Killed",
            "SIGKILL",
            "signal: 9",
            "signal: killed",
            "signal 9",
            "Error 137",
            "code 137",
            "-9",
        ]
        .iter()
        .any(|words| text.contains(words))
    };
    output.streams().any(|(_, stream)| stream.parts().any(|part| tells(&part)))
}
