//! Selectors: words that choose tests. Knows no command line. Orders and runs nothing.

mod quote;
mod read;
mod unmatched;

use std::fmt;

pub use self::quote::quoted_value;
pub use self::unmatched::Unmatched;
use crate::text::word::words;
use crate::{Suite, Test, TestId};

words! {
    /// The part of a test that a selector compares.
    SelectorKind "kind of selector" {
        /// The test's name, alone or after the name of its suite.
        Name = "name",
        /// Any of its tags.
        Tag = "tag",
        /// The name of its suite.
        Suite = "suite",
        /// Any of its files.
        File = "file",
        /// Any library that must be ready first, needed directly or by another library.
        Library = "library",
    }
}

words! {
    /// Which tests to choose among those that their runner ignores by default.
    #[derive(Default)]
    Ignored "choice of ignored tests" {
        /// Only the tests that are not ignored.
        #[default]
        No = "no",
        /// Only the ignored tests.
        Only = "only",
        /// All tests.
        All = "all",
    }
}

/// Terms that must all match: `tag:smoke,!library:duckdb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    terms: Vec<Term>,
}

/// Why a text is not a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSelector {
    /// A part of it is empty.
    Empty {
        /// The whole text.
        text: String,
    },
    /// A quoted value has no closing quote, or other text follows that quote before the next comma.
    Quote {
        /// The part.
        part: String,
    },
    /// The kind is unknown but similar to a known one. A name that begins like this needs `name:` before it.
    Kind {
        /// The part without its value: `tags`.
        found: String,
        /// Its value.
        value: String,
        /// The most similar kind.
        nearest: &'static str,
    },
}

/// The tests that a user asked for: any of the selectors, and any of the words. Without both, all tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    selectors: Vec<Selector>,
    /// Words in names, and paths. One match is enough.
    words: Vec<Term>,
    ignored: Ignored,
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
    /// The path itself, or one below it.
    Below,
}

impl Selection {
    /// Chooses tests that one of `selectors` matches and that have one of the literal `words` in their name.
    #[must_use]
    pub fn new(selectors: Vec<Selector>, words: &[String]) -> Self {
        let words = words.iter().map(|word| Term::of_word(word)).collect();
        Self { selectors, words, ignored: Ignored::No }
    }

    /// Treats each of `paths` as one more word: chooses tests with a file that is one of `paths` or lies below one, and tests
    /// with a path in their name. The paths are relative to the project. The empty path means all of it.
    #[must_use]
    pub fn or_at(mut self, paths: &[String]) -> Self {
        self.words.extend(paths.iter().map(|path| Term::of_path(path)));
        self
    }

    /// Sets the choice of ignored tests. The default is to leave them out.
    #[must_use]
    pub fn with_ignored(self, ignored: Ignored) -> Self {
        Self { ignored, ..self }
    }

    /// The chosen tests, by id.
    #[must_use]
    pub fn of(&self, suite: &Suite) -> Vec<TestId> {
        let tests = suite.tests.iter().enumerate();
        let fits = |test: &Test| match self.ignored {
            Ignored::No => !test.is_ignored,
            Ignored::Only => test.is_ignored,
            Ignored::All => true,
        };
        let meant = tests.filter(|(_, test)| fits(test) && self.means(suite, test));
        meant.map(|(index, _)| TestId::new(index)).collect()
    }

    /// Whether a test of a suite may be chosen if only its outline is known: all but its name. `suite` has the libraries.
    #[must_use]
    pub fn may_mean(&self, suite: &Suite, outline: &Test) -> bool {
        let may_select = |selector: &Selector| {
            selector.terms.iter().all(|term| term.holds_of(suite, outline) != Some(false))
        };
        self.selectors.is_empty() || self.selectors.iter().any(may_select)
    }

    fn means(&self, suite: &Suite, test: &Test) -> bool {
        let selected = |selector: &Selector| selector.matches(suite, test);
        (self.words.is_empty() || self.words.iter().any(|word| word.finds(suite, test)))
            && (self.selectors.is_empty() || self.selectors.iter().any(selected))
    }
}

impl Selector {
    /// Whether all terms match `test`, which belongs to `suite`.
    #[must_use]
    pub fn matches(&self, suite: &Suite, test: &Test) -> bool {
        self.terms.iter().all(|term| term.holds(term.finds(suite, test)))
    }
}

impl Term {
    /// A literal word in a name.
    fn of_word(word: &str) -> Self {
        let (kind, extent) = (SelectorKind::Name, Extent::Part);
        Self { sense: Sense::Has, kind, extent, value: word.to_lowercase() }
    }

    /// A path.
    fn of_path(path: &str) -> Self {
        let (kind, extent) = (SelectorKind::File, Extent::Below);
        Self { sense: Sense::Has, kind, extent, value: path.to_lowercase() }
    }

    /// Whether it holds where its value is `found`, or is not.
    fn holds(&self, found: bool) -> bool {
        match self.sense {
            Sense::Has => found,
            Sense::HasNot => !found,
        }
    }

    /// Whether the term matches the tests of a suite of which only the outline is known. `None` if that depends on the test.
    fn holds_of(&self, suite: &Suite, outline: &Test) -> Option<bool> {
        match self.kind {
            SelectorKind::Name => None,
            _ => Some(self.holds(self.finds(suite, outline))),
        }
    }

    fn finds(&self, suite: &Suite, test: &Test) -> bool {
        match self.kind {
            SelectorKind::Name => {
                self.fits(&test.to_string())
                    || self.extent == Extent::Whole && self.fits(&test.name)
            }
            SelectorKind::Tag => test.tags.iter().any(|tag| self.fits(tag)),
            SelectorKind::Suite => test.suite.as_ref().is_some_and(|suite| self.fits(suite)),
            SelectorKind::File => {
                // Tests from a listing mostly have no files, but the names of files in their own names.
                let is_path = self.extent == Extent::Below;
                test.files.iter().any(|file| self.fits(file))
                    || is_path
                        && (self.value.is_empty() || has_path(&self.value, &test.to_string()))
            }
            SelectorKind::Library => {
                let libraries = suite.libraries_before(test);
                libraries.iter().any(|id| self.fits(&suite.libraries[id.index()].name))
            }
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self.kind {
            SelectorKind::Name => is_in(&self.value, text, self.extent),
            _ => covers(&self.value, text, self.extent),
        }
    }
}

/// Whether the name of a test has `value` in it; that of a copy, as `name@stress-2`, means the test itself.
fn is_in(value: &str, name: &str, extent: Extent) -> bool {
    let copied = value.rsplit_once("@stress-").filter(|(original, number)| {
        !original.is_empty()
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    covers(value, name, extent)
        || copied.is_some_and(|(original, _)| match extent {
            Extent::Part => name.to_lowercase().ends_with(original),
            Extent::Whole | Extent::Below => covers(original, name, extent),
        })
}

fn covers(value: &str, text: &str, extent: Extent) -> bool {
    let text = text.to_lowercase();
    match extent {
        Extent::Part => text.contains(value),
        Extent::Whole => text == value,
        Extent::Below => {
            let rest = text.strip_prefix(value);
            value.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// Whether a name contains the path `value`, followed by the end or by a character that is not part of a file's name.
fn has_path(value: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    name.match_indices(value).any(|(at, _)| {
        let before = name[..at].chars().next_back();
        let after = name[at + value.len()..].chars().next();
        before.is_none_or(|sign| sign == ' ')
            && after.is_none_or(|sign| !sign.is_alphanumeric() && !"._-".contains(sign))
    })
}

fn kinds() -> impl Iterator<Item = &'static str> {
    SelectorKind::ALL.iter().map(|kind| kind.word())
}

impl fmt::Display for BadSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { text } => {
                write!(
                    f,
                    "selector `{text}` has an empty part; write `[!][kind:][=]value` between commas"
                )
            }
            Self::Quote { part } => write!(
                f,
                "the quotes of `{part}` do not enclose its value: a value that begins with `\"` goes to the next `\"`, \
                 and `\"\"` is a quote in it"
            ),
            Self::Kind { found, value, nearest } => {
                let kinds: Vec<_> = kinds().collect();
                write!(
                    f,
                    "there is no kind `{found}`: did you mean `{nearest}:{value}`? kinds are `{}`; a name that begins so \
                     is `name:{found}:{value}`",
                    kinds.join("`, `")
                )
            }
        }
    }
}

impl std::error::Error for BadSelector {}
