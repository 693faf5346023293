//! Archives, read without trusting any name, size or link. It does not know where content goes, and never writes to a path from
//! an archive.

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
