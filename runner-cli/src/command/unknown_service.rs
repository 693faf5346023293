//! A service by the name that somebody typed.

use std::fmt;

use miette::Diagnostic;
use probe_scenario::{ServiceId, Suite};

use crate::ui::Ends;

/// The manifest does not have a service that was asked for.
#[derive(Debug)]
pub(super) struct UnknownService {
    name: String,
    known: Vec<String>,
}

/// The service of this name.
///
/// # Errors
///
/// There is none.
pub(super) fn find_service(suite: &Suite, name: &str) -> Result<ServiceId, UnknownService> {
    let place = suite.services.iter().position(|service| service.name == name);
    place.map(ServiceId::new).ok_or_else(|| {
        let known = suite.services.iter().map(|service| format!("`{}`", service.name));
        UnknownService { name: name.to_owned(), known: known.collect() }
    })
}

impl fmt::Display for UnknownService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no service `{}`", self.name)
    }
}

impl std::error::Error for UnknownService {}

impl Ends for UnknownService {}

impl Diagnostic for UnknownService {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self.known.as_slice() {
            [] => "`probe.toml` has no `[service.NAME]`".to_owned(),
            known => format!("there are {}", known.join(", ")),
        }))
    }
}
