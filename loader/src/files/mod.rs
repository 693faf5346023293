//! Files and folders on a disk: opened without waiting, made under no name and published in one step, and told apart by stamps. It
//! does not know libraries, stores, or the network.

mod draft;
mod flusher;
mod lease;
mod listing;
pub(crate) mod litter;
mod regular;
mod snapshot;
mod staging;
mod stamp;
pub(crate) mod stamps;
mod trace;
mod unix;

pub(crate) use draft::{Draft, Permission, Published, Purpose};
pub(crate) use flusher::Flusher;
pub(crate) use lease::{Writers, writers};
pub(crate) use listing::{Item, Listing};
pub(crate) use regular::open_file;
pub use regular::{open_regular, read_regular};
pub(crate) use snapshot::Snapshot;
pub(crate) use staging::Staging;
pub(crate) use stamp::Stamp;
pub(crate) use trace::Trace;
