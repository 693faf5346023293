//! What commands and tests make in place: whether it is unchanged, whether it is the library's or the user's, and what a failed
//! make has left. It does not know the network, or how a command runs.

pub(crate) mod build;
mod clearing;
pub(crate) mod history;
pub(crate) mod matches;
mod records;
mod suspects;
mod whose;

pub(crate) use records::{Made, Makings};
pub(crate) use whose::{Empties, Whose};
