//! What a guardian is asked to see to, and what tells it whom to leave alone. Does not know how it does it.

use std::path::PathBuf;

use crate::brand::Brand;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// `1` in the environment of a process that is no test's and may outlive the run: a guardian, or what the command of a
/// library started.
pub const DETACHED: &str = "PROBE_DETACHED";

/// The same as it stands in an environment.
pub(crate) const IS_DETACHED: &str = "PROBE_DETACHED=1";

/// What is to be ended and removed if probe is killed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// The id of the run; its processes are known by it even outside their groups.
    pub run_id: Option<String>,
    /// What they are known by even if they give up their environment.
    pub brand: Option<Brand>,
    /// A directory that is removed.
    pub scratch: Option<PathBuf>,
}

/// A group that a guardian sees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ward {
    pub(crate) group: ProcessId,
    /// The signal that asks it to end, if it is to have a moment for that.
    pub(crate) asked_by: Option<Signal>,
}
