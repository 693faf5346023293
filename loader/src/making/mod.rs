//! What commands and tests make in place: whether it is still what it was, whose it is, and what a make that ended badly has left. It
//! does not know the network, or how a command is run.

pub(crate) mod build;
mod clearing;
pub(crate) mod history;
pub(crate) mod matches;
mod records;
mod suspects;
mod whose;

pub(crate) use records::{Made, Makings};
pub(crate) use whose::{Empties, Whose};
