//! File patterns of the manifest, matched against names that the caller found. Walks nothing.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::Span;

/// The characters that make a pattern more than a name.
const META: [char; 5] = ['*', '?', '[', '{', '\\'];

/// Patterns over names relative to the manifest's directory, with `/` between their parts: `*` stays within a
/// directory, `**` crosses them, `{a,b}` is a choice, `[ab]` a class, `\` escapes.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    texts: Vec<(String, Span)>,
    set: GlobSet,
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
        self.set.is_match(name)
    }

    /// The directories below which every match lies, sorted and none inside another; `""` is the manifest's own.
    /// A walk that begins there sees everything that can match.
    #[must_use]
    pub fn bases(&self) -> Vec<&str> {
        let mut bases: Vec<&str> = self.texts.iter().map(|(text, _)| base(text)).collect();
        bases.sort_unstable();
        bases.dedup();
        let within = |inner: &str, outer: &str| {
            outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        };
        let all = bases.clone();
        bases.retain(|&inner| !all.iter().any(|&outer| outer != inner && within(inner, outer)));
        bases
    }

    /// The positions of all patterns that match `name`, into `into`.
    pub(crate) fn matching(&self, name: &str, into: &mut Vec<usize>) {
        self.set.matches_candidate_into(&Candidate::new(name), into);
    }

    /// Compiles patterns. Those that are none come back with their position and the reason.
    pub(crate) fn compile(texts: Vec<(String, Span)>) -> (Self, Vec<(usize, String)>) {
        let mut builder = GlobSetBuilder::new();
        let mut refused = Vec::new();
        for (position, (text, _)) in texts.iter().enumerate() {
            let text = text.strip_prefix("./").unwrap_or(text);
            match GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build() {
                Ok(glob) => {
                    builder.add(glob);
                }
                Err(error) => refused.push((position, error.kind().to_string())),
            }
        }
        // What every single glob passed can still fail for all together: the regex's size limit.
        let set = match builder.build() {
            Ok(set) => set,
            Err(error) => {
                refused.push((0, error.kind().to_string()));
                GlobSet::empty()
            }
        };
        (Self { texts, set }, refused)
    }
}

/// The directory part of a pattern that holds no meta character.
fn base(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let fixed = &pattern[..pattern.find(META).unwrap_or(pattern.len())];
    fixed.rfind('/').map_or("", |slash| &fixed[..slash])
}
