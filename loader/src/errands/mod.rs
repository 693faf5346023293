//! One import in progress, as each of its steps sees it: where it reports, and how it waits. It does not know what is imported.

mod errand;
mod opening;
mod settle;

pub(crate) use errand::{Errand, Patience};
pub(crate) use opening::open_file;
pub(crate) use settle::settle;
