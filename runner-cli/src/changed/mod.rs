//! `--changed`: which tests a change concerns, and why.
//!
//! Git says what has changed, the walk of detection who imports it, Cargo which packages are built of which. What cannot be
//! followed counts as concerned by every change. Does not know what is done with the tests.

mod cargo;
mod concerned;
mod git;
mod git_error;
mod members;
mod seen;
mod subject;

pub(crate) use concerned::{Concerned, concerned};
pub(crate) use git::{Changes, ignored};
