//! What does what the conductor wants done: the threads of a run, its channels and locks, and the way to its reporters.
//!
//! Decides nothing: what follows from anything is for the conductor.

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
