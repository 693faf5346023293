//! Words and values that match no test, with the name that the user most likely meant. Knows no command line.

use std::fmt;

use super::{Extent, Selection, SelectorKind, Term};
use crate::text::nearest::distance;
use crate::{Suite, Test};

/// A word or a value that matches no test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    kind: SelectorKind,
    extent: Extent,
    value: String,
    nearest: Option<String>,
}

impl Selection {
    /// The words and values that match no test of `suite` at all, each once, in the order given. Negated values count as
    /// well, because they leave nothing out.
    #[must_use]
    pub fn unmatched(&self, suite: &Suite) -> Vec<Unmatched> {
        let terms = self.selectors.iter().flat_map(|selector| selector.terms.iter());
        let mut unmatched: Vec<Unmatched> = Vec::new();
        for term in self.words.iter().chain(terms).cloned() {
            // A suite that is not listed may have it.
            let may_have = |outline: &Test| {
                term.kind == SelectorKind::Name
                    || term.extent == Extent::Below
                    || term.finds(suite, outline)
            };
            if suite.tests.iter().any(|test| term.finds(suite, test))
                || suite.unlisted.iter().any(may_have)
            {
                continue;
            }
            let nearest = nearest(&term, suite);
            let Term { kind, extent, value, .. } = term;
            let found = Unmatched { kind, extent, value, nearest };
            if !unmatched.contains(&found) {
                unmatched.push(found);
            }
        }
        unmatched
    }
}

impl Suite {
    /// The names of tests that are similar to the unknown `name`: a few that contain it, or else the nearest one.
    #[must_use]
    pub fn near_names(&self, name: &str) -> Vec<String> {
        const SHOWN: usize = 3;
        let term = Term::of_word(name);
        let tests = self.tests.iter().filter(|test| term.finds(self, test));
        let names: Vec<String> = tests.take(SHOWN).map(ToString::to_string).collect();
        if names.is_empty() { nearest(&term, self).into_iter().collect() } else { names }
    }
}

/// The whole name, or part of a name, that is most similar to the value of `term`.
fn nearest(term: &Term, suite: &Suite) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for name in suite.tests.iter().flat_map(|test| names(term.kind, suite, test)) {
        let parts = name.split([' ', '/', ':']);
        let Some(far) = parts.chain([&*name]).filter_map(|part| distance(&term.value, part)).min()
        else {
            continue;
        };
        if best.as_ref().is_none_or(|(least, _)| far < *least) {
            best = Some((far, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The names that a term of this kind compares.
fn names(kind: SelectorKind, suite: &Suite, test: &Test) -> Vec<String> {
    match kind {
        SelectorKind::Name => vec![test.to_string()],
        SelectorKind::Tag => test.tags.to_vec(),
        SelectorKind::Suite => test.suite.iter().map(ToString::to_string).collect(),
        SelectorKind::File => test.files.clone(),
        SelectorKind::Library => {
            let libraries = suite.libraries_before(test);
            libraries.iter().map(|id| suite.libraries[id.index()].name.clone()).collect()
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.extent == Extent::Below {
            write!(f, "no test is in `{}`", self.value.escape_debug())?;
            return self.write_nearest(f);
        }
        f.write_str(match self.kind {
            SelectorKind::Name => "no test's name",
            SelectorKind::Tag => "no test's tag",
            SelectorKind::Suite => "no suite's name",
            SelectorKind::File => "no test's file",
            SelectorKind::Library => "no needed library's name",
        })?;
        f.write_str(match self.extent {
            Extent::Part => " contains ",
            Extent::Whole | Extent::Below => " is ",
        })?;
        write!(f, "`{}`", self.value.escape_debug())?;
        self.write_nearest(f)
    }
}

impl Unmatched {
    /// Writes what the user likely meant, or what the value was likely taken for.
    fn write_nearest(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.nearest {
            Some(name) => write!(f, ": did you mean `{}`?", name.escape_debug()),
            None if self.value.contains('*') => {
                f.write_str(": words are no patterns, each is looked for as it stands")
            }
            None if self.kind == SelectorKind::Name => match self.value.split_once(':') {
                Some((kind, _)) if kind.parse::<SelectorKind>().is_ok() => {
                    let value = self.value.escape_debug();
                    write!(f, ": did you mean `-s {value}`? A word alone is looked for in names")
                }
                _ => Ok(()),
            },
            None => Ok(()),
        }
    }
}
