//! Copies of the store's files and folders at the places where tests look for them. It does not know where a library comes from.

mod beside;
mod file;
mod folder;
mod plug;
mod recorded;

pub(crate) use beside::{Put, key};
pub(crate) use file::{Placement, is_ours, occupant};
pub(crate) use folder::FolderPlacement;
pub use plug::plug_place;
pub(crate) use recorded::recorded;
