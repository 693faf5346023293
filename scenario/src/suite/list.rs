//! Reads the names of tests from the output of a listing command. Runs nothing.

use std::collections::BTreeSet;

use crate::{Listing, Mistake};

/// The names in `output`, in its order, each once; lines that the pattern does not match name nothing.
pub(crate) fn names(suite: &str, listing: &Listing, output: &str) -> (Vec<String>, Vec<Mistake>) {
    let mut names = Vec::new();
    let mut mistakes = Vec::new();
    let mut seen = BTreeSet::new();
    for line in output.lines() {
        let Some(captures) = listing.pattern.captures(line) else {
            continue;
        };
        let name = captures.name("name").map_or("", |name| name.as_str());
        let mistake = if name.is_empty() || name.contains(char::is_control) {
            Mistake::ListedName {
                suite: suite.to_owned(),
                name: name.to_owned(),
                span: listing.span,
            }
        } else if !seen.insert(name) {
            Mistake::ListedTwice {
                suite: suite.to_owned(),
                name: name.to_owned(),
                span: listing.span,
            }
        } else {
            names.push(name.to_owned());
            continue;
        };
        mistakes.push(mistake);
    }
    if names.is_empty() && mistakes.is_empty() {
        let mut lines = output.lines().map(str::trim);
        mistakes.push(Mistake::NothingListed {
            suite: suite.to_owned(),
            line: lines.find(|line| !line.is_empty()).map(str::to_owned),
            span: listing.span,
        });
    }
    (names, mistakes)
}
