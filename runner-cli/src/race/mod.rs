//! The disease on show: many copies of one command at once, each round on empty caches, and what died of what.
//!
//! Knows neither the command line, nor how a result is printed, nor what the command does. Nothing of the user's is
//! written to: caches are scratch directories, and what is to be emptied in the project is moved aside and put back.

mod aside;
mod caches;
mod deaths;
mod rounds;

pub(crate) use aside::Aside;
pub(crate) use caches::{Caches, Choice};
pub(crate) use deaths::{Death, Tally};
pub(crate) use rounds::{Contest, Course, Size};
