//! ELF: where a file must end at the earliest, what else it needs, and whether it is a program. It does not know the contents of
//! sections, or symbols.

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
