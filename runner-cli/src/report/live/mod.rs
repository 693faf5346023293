//! What people see of a run while it runs: its state as a picture that changes in place.

mod bar;
mod board;
mod fit;
mod heartbeat;
mod rate;
mod reporter;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use board::Board;
pub(crate) use heartbeat::Heartbeat;
pub(crate) use reporter::Live;
pub(crate) use view::{Progress, Scope, Size, progress, still, view};
