//! File patterns of the manifest, each with its place. Matches names that the caller found, and walks no directory.

use probe_pattern::PatternSet;

use crate::Span;

/// Patterns for names relative to the manifest's directory, with `/` between their parts. `probe_pattern` defines their
/// syntax.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    texts: Vec<(String, Span)>,
    set: PatternSet,
}

impl Patterns {
    /// The patterns as written, each with its place.
    pub fn texts(&self) -> impl Iterator<Item = (&str, Span)> {
        self.texts.iter().map(|(text, span)| (text.as_str(), *span))
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether any pattern matches `name`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.matches(name)
    }

    /// The directories below which every match lies, sorted, none inside another. `""` is the manifest's own. A walk
    /// from these directories sees everything that can match.
    #[must_use]
    pub fn bases(&self) -> Vec<&str> {
        self.set.bases().collect()
    }

    /// The positions of all patterns that match `name`, into `into`.
    pub(crate) fn matching(&self, name: &str, into: &mut Vec<usize>) {
        self.set.matching(name, into);
    }

    /// Compiles patterns. Returns invalid ones with their position and the reason.
    pub(crate) fn compile(texts: Vec<(String, Span)>) -> (Self, Vec<(usize, String)>) {
        let (set, refused) = PatternSet::new(texts.iter().map(|(text, _)| text.as_str()));
        (Self { texts, set }, refused)
    }
}
