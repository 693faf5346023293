//! One import under way, as every step of it sees it: whom it tells, and how it waits. It does not know what is imported.

mod errand;
mod settle;

pub(crate) use errand::{Errand, Patience};
pub(crate) use settle::settle;
