//! What is pinned: for each library and platform the URL, size and digest of its download, and the text that keeps them. It does
//! not know which libraries there are, nor where the file with that text lies.

mod flaw;
mod read;
mod text;
mod update;

pub use flaw::{Flaw, FlawKind};
pub use text::Pins;
pub use update::PinsError;
pub(crate) use update::update;
