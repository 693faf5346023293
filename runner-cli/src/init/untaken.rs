//! What looks like tests and is in no suite: said, so that nobody takes a green run for all of them.

use std::collections::BTreeSet;

use probe_pattern::PatternSet;

use super::layout::Layout;
use super::suggestion::Suggestion;

/// Files by the pattern of their names.
struct Looks {
    pattern: &'static str,
    /// Whose they are.
    whose: &'static str,
    /// Suites by the beginnings of their names that run what lies below their folder, whichever files these are.
    covered_by: &'static [&'static str],
}

const SCRIPTS: &[&str] = &["jest", "make", "npm", "playwright", "vitest"];

const LOOKS: [Looks; 13] = [
    looks("**/*.cy.{js,jsx,ts,tsx}", "Cypress", SCRIPTS),
    looks(
        "**/*{.,_}{test,spec}.{js,mjs,cjs,jsx,ts,mts,cts,tsx}",
        "a runner that no `package.json` or `deno.json` here names",
        SCRIPTS,
    ),
    looks("**/{test_*,*_test}.py", "Python", &["make"]),
    looks("**/*_test.go", "Go", &["go", "make"]),
    looks("**/*{Test,Tests,IT}.{java,kt,scala}", "JUnit and its like", &["make"]),
    looks("**/*_spec.rb", "RSpec", &["make"]),
    looks("**/{test_*,*_test}.rb", "Ruby", &["make"]),
    looks("**/*Test.php", "PHPUnit", &["make"]),
    looks("**/*{Test,Tests}.{cs,fs}", ".NET", &["make"]),
    looks("**/*_test.exs", "ExUnit", &["make"]),
    looks("**/*_test.dart", "Dart", &["make"]),
    looks("**/*Tests.swift", "XCTest", &["make"]),
    looks("**/*{_test,Test,_tests}.{c,cc,cpp,cxx}", "C or C++", &["ctest", "make"]),
];

const fn looks(
    pattern: &'static str,
    whose: &'static str,
    covered_by: &'static [&'static str],
) -> Looks {
    Looks { pattern, whose, covered_by }
}

/// One line for each sort of files that no suite takes: `3 files like `spec/a_spec.rb`: RSpec`.
pub(crate) fn untaken(layout: &Layout, suggestions: &[Suggestion]) -> Vec<String> {
    let claimed: BTreeSet<&str> =
        suggestions.iter().flat_map(Suggestion::files).map(String::as_str).collect();
    let mut lines = Vec::new();
    for Looks { pattern, whose, covered_by } in LOOKS {
        let (set, refused) = PatternSet::new([pattern]);
        debug_assert!(refused.is_empty(), "the patterns of this module are patterns");
        let covers = |suggestion: &Suggestion| {
            let name = suggestion.name.split('-').next().unwrap_or_default();
            covered_by.contains(&name) && suggestion.is_whole()
        };
        let folders: Vec<&str> = suggestions
            .iter()
            .filter(|suggestion| covers(suggestion))
            .map(|suggestion| suggestion.cwd.as_deref().unwrap_or_default())
            .collect();
        let is_covered = |name: &str| {
            folders.iter().any(|folder| {
                folder.is_empty()
                    || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let mut files = layout
            .names()
            .iter()
            .filter(|name| set.matches(name) && !claimed.contains(name.as_str()))
            .filter(|name| !is_covered(name));
        let Some(first) = files.next() else { continue };
        lines.push(match files.count() {
            0 => format!("`{first}`: {whose}"),
            more => format!("{} files like `{first}`: {whose}", more + 1),
        });
    }
    lines
}
