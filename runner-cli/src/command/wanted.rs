//! Libraries by the names that somebody typed.

use std::fmt;

use miette::Diagnostic;
use probe_scenario::{LibraryId, Source, Suite};

use crate::ui::Ends;

/// The libraries called `names`, in that order; all, if there are none.
///
/// # Errors
///
/// The manifest has no library of one of the names.
pub(super) fn wanted(suite: &Suite, names: &[String]) -> Result<Vec<LibraryId>, UnknownLibrary> {
    let all = || (0..suite.libraries.len()).map(LibraryId::new);
    if names.is_empty() {
        // Tests make the others, and nothing else does.
        let is_led =
            |id: &LibraryId| matches!(suite.libraries[id.index()].source, Source::Leader { .. });
        return Ok(all().filter(|id| !is_led(id)).collect());
    }
    let find = |name: &String| {
        all().find(|id| suite.libraries[id.index()].name == *name).ok_or_else(|| {
            UnknownLibrary::new(name, suite.libraries.iter().map(|library| library.name.as_str()))
        })
    };
    names.iter().map(find).collect()
}

/// The manifest does not have a library that was asked for.
#[derive(Debug)]
pub(super) struct UnknownLibrary {
    name: String,
    known: Vec<String>,
}

impl UnknownLibrary {
    /// There are only the `known` ones.
    pub(super) fn new<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Self {
        Self { name: name.to_owned(), known: known.map(str::to_owned).collect() }
    }
}

impl fmt::Display for UnknownLibrary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the manifest has no library `{}`", self.name)
    }
}

impl std::error::Error for UnknownLibrary {}

impl Ends for UnknownLibrary {}

impl Diagnostic for UnknownLibrary {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        Some(Box::new(if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("it has {}", known.join(", "))
        }))
    }
}
