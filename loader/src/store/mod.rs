//! The store's directory: its layout, its records, and what was moved aside into it. It does not know how its files are found and
//! made, or which processes hold its locks.

pub(crate) mod aside;
mod layout;
pub(crate) mod listings;
pub(crate) mod usage;

pub(crate) use layout::{Key, Shelf, Store, record_path, remove_file, shelf_path};
