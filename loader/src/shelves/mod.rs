//! Files and folders in the store: looked up by what is known of them, put there once, and looked after. It does not know where they
//! come from.

mod folder;
mod layer;
mod shelf;
mod upkeep;

pub(crate) use folder::read as read_folder;
pub(crate) use shelf::{
    Known, Parcel, Reference, Shelves, Stored, file_name, known, origin, references,
};
pub use shelf::{Pin, Shape};
pub use upkeep::{Checked, Pruned, StoreItem, Upkeep};
