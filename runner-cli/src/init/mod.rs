//! A first manifest for a project that has tests and no manifest.
//!
//! What lies in the project becomes suggestions, and suggestions become a text: both steps are pure, so that a layout of
//! names and texts says everything. Only [`Layout::of_directory`] looks at a disk. Nothing here runs or writes anything.

mod by_kind;
mod ground;
mod layout;
mod libraries;
mod places;
mod shapes;
mod suggestion;
mod untaken;

pub(crate) use layout::Layout;
pub(crate) use libraries::{has_downloads, libraries};
pub(crate) use places::suggestions;
pub(crate) use suggestion::manifest;
pub(crate) use untaken::untaken;

#[cfg(test)]
mod tests;
