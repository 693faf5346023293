//! Files and folders on a disk: opened without waiting, made without a name, published in one step, and compared by stamps. It
//! does not know libraries, stores, or the network.

mod counted;
mod draft;
mod expected;
mod flusher;
mod lease;
mod listing;
pub(crate) mod litter;
mod read_at;
mod regular;
mod shape;
mod snapshot;
mod staging;
mod stamp;
pub(crate) mod stamps;
mod trace;

pub(crate) use counted::Counted;
pub(crate) use draft::{Draft, Permission, Published, Purpose};
pub(crate) use expected::{Expected, Seen};
pub(crate) use flusher::Flusher;
pub(crate) use lease::{Writers, writers};
pub(crate) use listing::{Item, Listing};
pub(crate) use read_at::ReadAt;
pub(crate) use regular::special;
pub use regular::{open_regular, read_regular};
pub use shape::Shape;
pub(crate) use snapshot::Snapshot;
pub(crate) use staging::Staging;
pub(crate) use stamp::Stamp;
pub(crate) use trace::Trace;
