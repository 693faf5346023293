//! What the conductor hears. Does not know what follows from it.

use std::path::PathBuf;
use std::time::Duration;

use probe_process::{Leak, Signal};
use probe_scheduler::NodeId;

use crate::attempt::Attempt;
use crate::preload;
use crate::scouts;
use crate::verdict::{Evidence, Finding};

/// What workers, importers and others tell the conductor.
#[derive(Debug)]
pub(crate) enum Message {
    /// An import goes on.
    Preload { unit: NodeId, said: preload::Said },
    /// A test's process has ended.
    TestEnded { unit: NodeId, attempt: Attempt, evidence: Option<Evidence> },
    /// An examination waits for whoever writes to a file.
    Awaited { unit: NodeId, path: PathBuf, waited: Duration },
    /// An attempt has been examined; without a finding if that panicked.
    Examined { unit: NodeId, attempt: Attempt, finding: Option<Finding> },
    /// The command of a library has left processes behind, which have been killed.
    CommandLeft { command: String, left: Vec<Leak> },
    /// A scout has found out something about libraries that tests make.
    Scouted { unit: NodeId, scouted: scouts::Scouted },
    /// Probe has received a signal.
    Signal(Signal),
    /// A worker has told the conductor something by which it is to be looked at again.
    Changed,
}
