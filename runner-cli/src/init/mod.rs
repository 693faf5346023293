//! A first manifest for a project that has tests and no manifest.
//!
//! What lies in the project becomes suggestions, and suggestions become a text: both steps are pure, so that a layout of
//! names and texts says everything. Only [`Layout::of_directory`] looks at a disk. Nothing here runs or writes anything.

mod by_kind;
mod compiled;
mod deno;
mod layout;
mod node;
mod python;
mod scripts;
mod suggestion;

use std::collections::BTreeSet;

pub(crate) use layout::Layout;
pub(crate) use suggestion::{Suggestion, manifest};

/// What one kind of tests looks like: suggestions from the files that nobody has claimed yet.
type Recogniser = fn(&Layout, &BTreeSet<String>) -> Vec<Suggestion>;

/// Everything in the project that looks like tests. A file belongs to one suggestion only: the first one here.
pub(crate) fn suggestions(layout: &Layout) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let mut claimed = BTreeSet::new();
    let recognisers: [Recogniser; 7] = [
        deno::probitas,
        node::frameworks,
        deno::deno,
        node::node,
        python::python,
        compiled::compiled,
        scripts::scripts,
    ];
    for recognise in recognisers {
        for suggestion in recognise(layout, &claimed) {
            claimed.extend(suggestion.files().iter().cloned());
            suggestions.push(by_kind::shorten(layout, suggestion));
        }
    }
    suggestions
}

#[cfg(test)]
mod tests;
