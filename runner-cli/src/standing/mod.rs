//! Services that stand without a run: kept for a developer, or shared by whoever needs them on this machine. Each has a place with
//! its files, and a caretaker, a probe of its own that runs it. Does not know how a service is run.
//!
//! Who uses one holds a shared lock as long as it lives, however it ends; the caretaker ends when nothing keeps the service and it
//! gets that lock for itself, which it holds to its end: so whoever comes meanwhile waits, and starts another one. No number is
//! counted anywhere.

mod borrowing;
mod definition;
mod lease;
mod place;
mod record;

pub(crate) use borrowing::Standing;
pub(crate) use definition::definition;
pub(crate) use place::Place;
pub(crate) use record::{End, Record};
