//! ELF: where a file must end at the least, what it needs, and whether it is a program. It does not know sections' contents or symbols.

mod dynamic;
mod judge;
mod layout;
mod program;
mod versions;
mod zeros;

pub(super) use dynamic::linkage;
pub(super) use judge::judge;
pub(super) use layout::MAGIC;
pub(super) use program::is_program;
pub use zeros::{Zeros, longest_zeros};
