//! What a guardian cleans up, and how it recognises processes to leave alone. Does not know how it does that.

use std::path::PathBuf;

use crate::brand::Brand;
use crate::process_id::ProcessId;
use crate::signal::Signal;

/// Set to `1` in the environment of a process that belongs to no test and may outlive the run: a guardian, or a process that a
/// library's command started.
pub const DETACHED: &str = "PROBE_DETACHED";

/// The variable and its value, as in an environment.
pub(crate) const IS_DETACHED: &str = "PROBE_DETACHED=1";

/// What the guardian ends and removes if probe is killed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// The id of the run, by which its processes are found even outside their groups.
    pub run_id: Option<String>,
    /// The mark by which processes are found even if they give up their environment.
    pub brand: Option<Brand>,
    /// The directory to remove.
    pub scratch: Option<PathBuf>,
}

/// A group that a guardian ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ward {
    pub(crate) group: ProcessId,
    /// The signal that asks it to end before it is killed, if it gets time for that.
    pub(crate) asked_by: Option<Signal>,
}
