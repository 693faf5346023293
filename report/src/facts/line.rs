//! A line of the log: a fact and its time.

use serde::{Deserialize, Serialize};

use super::seconds::Seconds;

/// The version of the format. It stays the same after a change that readers can ignore: a new type of line, a new field.
pub(super) const VERSION: u32 = 1;

/// A line of a log: what happened, and when.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line<F> {
    /// The time since the start of the run.
    pub at: Seconds,
    /// What happened.
    #[serde(flatten)]
    pub fact: F,
}
