//! Pins: the URL, size and digest of the download for each library and platform, and the text format for them. It does not know
//! which libraries exist, or where the lock file is.

mod flaw;
mod read;
mod text;
mod update;

pub use flaw::{Flaw, FlawKind};
pub use text::Pins;
pub use update::PinsError;
pub(crate) use update::update;
