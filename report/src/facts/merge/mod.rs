//! Logs of machines that shared a suite, made into the log of one run.
//!
//! Each log is read twice: a [`Survey`] of it says what a shard came to, so that what is wrong with the logs is known before
//! anything is written; then a [`Merge`] tells their facts in the order of time, where every shard begins at the same moment.
//! What every machine prepared for itself is told once, by the machine that has most to say of it.
//!
//! Knows no file: whoever calls names the logs.

mod error;
mod plan;
mod survey;
mod tell;

pub use error::MergeError;
pub use survey::Survey;
pub use tell::Merge;
