//! Selectors: which of the tests somebody means. Knows no command line; orders and runs nothing.

use std::fmt;
use std::str::FromStr;

use crate::word::words;
use crate::{Suite, Test, TestId};

words! {
    /// What of a test a selector looks at.
    SelectorKind "kind of selector" {
        /// Its name, alone or behind its suite's.
        Name = "name",
        /// Any of its tags.
        Tag = "tag",
        /// The name of its suite.
        Suite = "suite",
        /// Any of its files.
        File = "file",
        /// Any library that must be there first, directly or for another one.
        Library = "library",
    }
}

/// Terms that all have to hold: `tag:smoke,!library:duckdb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    terms: Vec<Term>,
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSelector {
    /// The whole text; a part of it is empty.
    pub text: String,
}

/// What somebody asked for: any of the selectors, and any of the words. None of either means all tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    selectors: Vec<Selector>,
    /// In lower case.
    words: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    sense: Sense,
    kind: SelectorKind,
    extent: Extent,
    /// In lower case.
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Has,
    HasNot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Part,
    Whole,
}

impl Selection {
    /// Tests that one of `selectors` means and that have one of the literal `words` in their name.
    #[must_use]
    pub fn new(selectors: Vec<Selector>, words: &[String]) -> Self {
        let words = words.iter().map(|word| word.to_lowercase()).collect();
        Self { selectors, words }
    }

    /// The tests that are meant, by id.
    #[must_use]
    pub fn of(&self, suite: &Suite) -> Vec<TestId> {
        let tests = suite.tests.iter().enumerate();
        let meant = tests.filter(|(_, test)| self.means(suite, test));
        meant.map(|(index, _)| TestId::new(index)).collect()
    }

    fn means(&self, suite: &Suite, test: &Test) -> bool {
        let has = |word: &String| test.to_string().to_lowercase().contains(word);
        let selected = |selector: &Selector| selector.matches(suite, test);
        (self.words.is_empty() || self.words.iter().any(has))
            && (self.selectors.is_empty() || self.selectors.iter().any(selected))
    }
}

impl Selector {
    /// Whether all terms hold for `test`, which belongs to `suite`.
    #[must_use]
    pub fn matches(&self, suite: &Suite, test: &Test) -> bool {
        self.terms.iter().all(|term| {
            let found = term.finds(suite, test);
            match term.sense {
                Sense::Has => found,
                Sense::HasNot => !found,
            }
        })
    }
}

impl Term {
    fn finds(&self, suite: &Suite, test: &Test) -> bool {
        match self.kind {
            SelectorKind::Name => self.fits(&test.name) || self.fits(&test.to_string()),
            SelectorKind::Tag => test.tags.iter().any(|tag| self.fits(tag)),
            SelectorKind::Suite => test.suite.as_ref().is_some_and(|suite| self.fits(suite)),
            SelectorKind::File => test.files.iter().any(|file| self.fits(file)),
            SelectorKind::Library => {
                let libraries = suite.libraries_before(test);
                libraries.iter().any(|id| self.fits(&suite.libraries[id.index()].name))
            }
        }
    }

    fn fits(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        match self.extent {
            Extent::Part => text.contains(&self.value),
            Extent::Whole => text == self.value,
        }
    }
}

impl FromStr for Selector {
    type Err = BadSelector;

    /// Reads `[!][kind:][=]value`, with commas between terms. A prefix is a kind only if it is one and no second colon
    /// follows it: `file::read` is a name.
    fn from_str(text: &str) -> Result<Self, BadSelector> {
        let terms: Option<Vec<Term>> = text.split(',').map(Term::read).collect();
        match terms {
            Some(terms) => Ok(Self { terms }),
            None => Err(BadSelector { text: text.to_owned() }),
        }
    }
}

impl Term {
    /// The term, unless its value is empty.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sense, text) = match text.strip_prefix('!') {
            Some(rest) => (Sense::HasNot, rest),
            None => (Sense::Has, text),
        };
        let prefixed = text.split_once(':').and_then(|(prefix, value)| {
            let kind = prefix.parse().ok()?;
            (!value.starts_with(':')).then_some((kind, value))
        });
        let (kind, text) = prefixed.unwrap_or((SelectorKind::Name, text));
        let (extent, value) = match text.strip_prefix('=') {
            Some(rest) => (Extent::Whole, rest),
            None => (Extent::Part, text),
        };
        (!value.is_empty()).then(|| Self { sense, kind, extent, value: value.to_lowercase() })
    }
}

impl fmt::Display for BadSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "selector `{}` has an empty part; write `[!][kind:][=]value` between commas",
            self.text
        )
    }
}

impl std::error::Error for BadSelector {}
