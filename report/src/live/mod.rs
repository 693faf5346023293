//! The state of a run as a picture that changes in place.

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
pub use reporter::Live;
pub use view::LiveScope;
pub(crate) use view::{Progress, Size, progress, still, view};
