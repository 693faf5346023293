//! The content of a run, once the files are known. Orders nothing by time.

pub(crate) mod all;
mod alone;
mod check;
pub(crate) mod expand;
mod list;
mod shared;
