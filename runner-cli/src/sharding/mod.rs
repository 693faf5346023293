//! Which tests are this machine's, where several share a suite without talking to each other: every one of them deals all
//! tests from the same input, and takes its part.
//!
//! Does not know how the crate that deals does it, nor what is done with the part.

mod dealt;
mod error;
mod place;
mod ties;
mod timings;

pub(crate) use dealt::{Dealt, Part, deal};
pub(crate) use error::ShardError;
pub(crate) use place::place;
pub(crate) use timings::Timings;

/// Where timings are if nobody says anything else: beside the manifest.
pub(crate) const TIMINGS: &str = "probe-timings.json";
