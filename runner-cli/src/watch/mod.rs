//! `--watch`: which files change while probe waits and while tests run, and which keys are pressed.
//!
//! Does not know what runs, nor which tests a change concerns.

mod batch;
mod error;
mod ignored;
mod keys;
mod looker;
mod places;
mod terminal;
mod traces;

pub(crate) use batch::{Gathered, Seen, gathered};
pub(crate) use error::WatchError;
pub(crate) use ignored::Ignored;
pub(crate) use keys::{Key, Keys};
pub(crate) use looker::Looker;
pub(crate) use terminal::Terminal;
pub(crate) use traces::{Traces, Verdict};
