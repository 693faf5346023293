//! A line of the log: a fact and when it was.

use serde::{Deserialize, Serialize};

use super::seconds::Seconds;

/// The version of the format. A change that a reader can overlook (a new type of line, a new field) leaves it as it is.
pub(super) const VERSION: u32 = 1;

/// A line of a log: what happened, and when.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line<F> {
    /// Since the run began.
    pub at: Seconds,
    /// What happened.
    #[serde(flatten)]
    pub fact: F,
}
