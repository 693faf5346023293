//! A first manifest for a project that has tests and no manifest.
//!
//! What lies in the project becomes suggestions, and suggestions become a text: both steps are pure, so that a layout of
//! names and texts says everything. Only [`Layout::of_directory`] looks at a disk. Nothing here runs or writes anything.

mod by_kind;
mod ground;
mod layout;
mod places;
mod shapes;
mod suggestion;

pub(crate) use layout::Layout;
pub(crate) use places::suggestions;
pub(crate) use suggestion::manifest;

#[cfg(test)]
mod tests;
