//! The names of libraries and services, for lines that list them.

use probe_scenario::{LibraryId, ServiceNeed, Suite};

/// The names of libraries.
pub(super) fn names<'s>(suite: &'s Suite, libraries: &[LibraryId]) -> Vec<&'s str> {
    libraries.iter().map(|id| suite.libraries[id.index()].name.as_str()).collect()
}

/// The names of services that something needs.
pub(super) fn service_names<'s>(suite: &'s Suite, needs: &[ServiceNeed]) -> Vec<&'s str> {
    needs.iter().map(|need| suite.services[need.service.index()].name.as_str()).collect()
}
