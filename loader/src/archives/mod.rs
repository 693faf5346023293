//! Archives: what is in them, read without trusting a name, a size or a link. It does not know where content goes, and it writes
//! nothing by a path that an archive gives.

mod archive;
mod bound;
mod entry;
mod failure;
mod folder;
mod member;
mod tape;
mod zipped;
mod zstd;

pub(crate) use archive::Archive;
pub(crate) use failure::ArchiveFailure;
pub(crate) use folder::{is_folder, take_folder};
pub(crate) use member::take_file;
