//! The libraries that the tests of a new manifest need, and what becomes of each.

use std::collections::BTreeMap;

use probe_scenario::{LibraryId, Source, Suite};

/// One line for each library: `sqlite3: fetched once, before the 2 tests that need it`.
pub(crate) fn libraries(suite: &Suite) -> Vec<String> {
    let mut tests: BTreeMap<LibraryId, usize> = BTreeMap::new();
    for test in &suite.tests {
        for library in suite.libraries_before(test) {
            *tests.entry(library).or_default() += 1;
        }
    }
    tests.into_iter().map(|(library, count)| line(suite, library, count)).collect()
}

/// Whether anything of it is fetched from an address, which `probe lock` can pin.
pub(crate) fn has_downloads(suite: &Suite) -> bool {
    suite.libraries.iter().any(|library| matches!(library.source, Source::Url(_)))
}

fn line(suite: &Suite, library: LibraryId, count: usize) -> String {
    let library = &suite.libraries[library.index()];
    let those = match count {
        1 => "the test that needs it".to_owned(),
        count => format!("the {count} tests that need it"),
    };
    let becomes = match (&library.source, count) {
        (Source::Url(_), _) => format!("fetched once, before {those}"),
        (Source::Path { .. }, _) => format!("taken from its place, before {those}"),
        (Source::Command { .. }, _) => format!("made once by its command, before {those}"),
        (Source::Check { .. }, _) => format!("checked once, before {those}"),
        (Source::Leader { .. }, 1) => format!("made by {those}"),
        (Source::Leader { .. }, _) => format!("made by the first of {those}, alone"),
    };
    format!("{}: {becomes}", library.name)
}
