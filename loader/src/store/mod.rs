//! The store's directory: what lies where, its records, and what was moved out of the way into it. It does not know how its files are
//! found and filled, nor who holds its locks.

pub(crate) mod aside;
mod layout;
pub(crate) mod listings;
pub(crate) mod usage;

pub(crate) use layout::{Key, Shelf, Store, record_path, remove_file, shelf_path};
