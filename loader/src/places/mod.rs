//! Copies of the store's files and folders where others look for them. It does not know where a library comes from.

mod folder;
mod place;
mod plug;

pub(crate) use folder::FolderPlacement;
pub(crate) use place::{Placement, Put, is_ours, key, occupant, recorded};
pub use plug::plug_place;
