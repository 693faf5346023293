//! What a file is, by its first bytes and its length: a complete or incomplete (torn) object file for some machine, or something
//! else; and whether that is acceptable for a kind of library. It does not know why the caller asks, and changes nothing.

mod archive_end;
mod blank;
mod elf;
pub(crate) mod fitness;
mod found;
mod head;
mod judge;
mod kind;
mod linkage;
mod linking;
mod macho;
mod object;
mod pe;
mod program;

pub use archive_end::archive_tear;
pub use elf::{Zeros, longest_zeros};
pub use found::{ArchiveKind, FoundInstead};
pub(crate) use judge::judge;
pub use judge::{inspect, inspect_for};
pub use kind::Kind;
pub use linkage::Linkage;
pub use linking::linkage;
pub use object::{FileVerdict, Format, Object, Tear};
pub use program::is_program;
pub(crate) use program::runs;
