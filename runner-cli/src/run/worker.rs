//! The workers: one long-lived loop for each job slot, on a pool of their own. Each takes a command, sees it to its end,
//! and reports exactly once.
//!
//! Knows nothing of the graph or of what follows from an attempt; of libraries it only sees how their files look. No worker waits for a lock, a download or
//! a back-off: what it is given can start.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};
use probe_scheduler::NodeId;

use super::Message;
use super::attempt::Attempt;
use super::verdict::{Before, Watched};
use crate::process::{CommandSpec, Watch, supervise};

/// A test that is to start now.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) unit: NodeId,
    /// What to run, or why that could not be worked out.
    pub(crate) command: Result<CommandSpec, String>,
    /// The test's libraries.
    pub(crate) watched: Vec<Arc<Watched>>,
}

/// What every worker works with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) watch: &'a Watch,
    /// Where output goes that is too long for memory.
    pub(crate) spool: &'a Path,
}

/// Runs jobs until no more can come. `slot` counts from 0 and is unique among the workers, so that a test can derive a
/// port or a database name from it.
pub(crate) fn work(slot: usize, desk: Desk<'_>, jobs: &Receiver<Job>, messages: &Sender<Message>) {
    for Job { unit, command, watched } in jobs {
        let attempt = catch_unwind(AssertUnwindSafe(|| match command {
            Ok(mut command) => {
                command.env.push(("PROBE_SLOT".into(), OsString::from(slot.to_string())));
                let before = Before::look(watched);
                let attempt = Attempt::from(supervise(&command, desk.spool, desk.watch));
                let evidence = before.compare(&attempt, &command.cwd);
                (attempt, evidence)
            }
            Err(reason) => (Attempt::not_started(reason), None),
        }));
        let (attempt, evidence) = attempt.unwrap_or_else(|_| {
            (Attempt::not_started("probe itself panicked; see above".to_owned()), None)
        });
        // The conductor outlives its workers; if it has panicked, nobody is left to tell.
        let _ = messages.send(Message::TestEnded { unit, attempt, evidence });
    }
}
