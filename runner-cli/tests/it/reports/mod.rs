//! What runs leave for programs: each report is given to readers of its format that are not probe's own.

mod destinations;
pub(crate) mod documents;
mod events;
mod github;
mod page;
mod rebuilt;
mod scenes;
mod timeline;
