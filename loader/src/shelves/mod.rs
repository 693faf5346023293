//! Files and folders in the store: found by what is known about them, put there once, and maintained. It does not know where they
//! come from.

mod access;
mod entered;
mod file;
mod folder;
mod layer;
mod name;
mod prune;
mod references;
mod shelf;
mod stored;
mod upkeep;

pub(crate) use access::Shelves;
pub(crate) use name::file_name;
pub use prune::Pruned;
pub(crate) use references::origin;
pub(crate) use shelf::known;
pub(crate) use stored::{Content, Known, Parcel, Stored};
pub use upkeep::{Checked, StoreItem, Upkeep};
