//! The names of libraries, for lines that list them.

use probe_scenario::{LibraryId, Suite};

/// The names of libraries.
pub(super) fn names<'s>(suite: &'s Suite, libraries: &[LibraryId]) -> Vec<&'s str> {
    libraries.iter().map(|id| suite.libraries[id.index()].name.as_str()).collect()
}
