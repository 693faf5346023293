//! Assigns the tests of a run to machines that do not communicate. Each machine computes the whole assignment (the *deal*) from
//! the same input, and takes its own part.
//!
//! - [`by_name`] uses only names, so a new test does not move any other test.
//! - [`by_time`] makes the slowest machine as fast as it can. It uses times, and counts what a machine must prepare for its
//!   tests, so tests that share a library go to the same machine. [`bound`] returns a time that no deal can beat.
//!
//! [`plan`] shows whether two machines use the same deal.
//!
//! For both, things that belong together are one unit, for example tests that come `after` each other.
//!
//! The crate does not know suites, files, clocks or environments, and uses only integer arithmetic: the same input gives the same
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
