//! Deals the tests of a run to machines that do not talk to each other: each computes the whole deal from the same input, and
//! takes its own part.
//!
//! - [`by_name`] looks at names alone, so that a new test moves no other.
//! - [`by_time`] makes the slowest machine as quick as it can: it packs by times, and counts what a machine must prepare for
//!   its tests, so that tests which share a library meet. [`bound`] says what no deal can beat.
//!
//! [`plan`] tells whether two machines have dealt the same.
//!
//! What belongs together, as tests that come after each other do, is one unit to both.
//!
//! The crate knows no suite, file, clock or environment, and its arithmetic is of whole numbers: the same input gives the same
//! deal on every system and with every compiler.
#![forbid(unsafe_code)]

mod blocks;
mod bound;
mod improve;
mod load;
mod machine;
mod name;
mod pack;
mod plan;
mod time;

pub use bound::bound;
pub use load::{Load, Unit};
pub use name::by_name;
pub use plan::plan;
pub use time::by_time;
