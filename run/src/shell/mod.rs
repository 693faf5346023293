//! Does what the conductor orders. Has the threads of a run, its channels and locks, and the reporter.
//!
//! Decides nothing: the conductor does.

mod cell;
mod conduct;
mod examiners;
mod importers;
mod inbox;
mod keep;
mod leave;
mod lending;
mod means;
mod monitor;
mod panicked;
mod readiness;
mod scouts;
mod services;
mod shelf;
mod stand;
mod worker;

pub use conduct::conduct;
pub use inbox::{Inbox, Orders};
