//! Merges the logs of machines that shared a suite into the log of one run.
//!
//! Each log is read twice. First a [`Survey`] finds the results of the shard, so that mistakes are known before anything is
//! written. Then a [`Merge`] passes on the facts in the order of time, as if every shard began at the same moment. If every
//! machine prepared something for itself, only the machine with the most important result reports it.
//!
//! Knows no file: the caller names the logs.

mod error;
mod plan;
mod survey;
mod tell;

pub use error::MergeError;
pub use survey::Survey;
pub use tell::Merge;
