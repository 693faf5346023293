//! The state that every part of the reader shares: the text, the platform, and the mistakes so far.

use std::ops::Range;

use crate::text::nearest::nearest;
use crate::text::span::Lines;
use crate::{Known, Mistake, Platform, Span};

/// The state of one reading.
pub(super) struct Context<'t> {
    text: &'t str,
    pub(super) platform: &'t Platform,
    /// Returns what the project's lock files say about a preset.
    pub(super) known: &'t dyn Fn(&str) -> Option<Known>,
    pub(super) lines: Lines,
    pub(super) mistakes: Vec<Mistake>,
    /// How many more known names may be compared with unknown ones.
    comparisons: usize,
}

/// So many names are compared in one reading, about 0.1 s of work: ten wrong names among ten thousand tests each get a
/// suggestion, and a manifest in which every name is wrong is still read at once.
const COMPARISONS: usize = 100_000;

/// A string of the manifest that can say where its parts stand.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) span: Span,
    /// Where the value begins in the manifest, if it stands there without escapes.
    verbatim: Option<usize>,
}

impl<'t> Context<'t> {
    pub(super) fn new(
        text: &'t str,
        platform: &'t Platform,
        known: &'t dyn Fn(&str) -> Option<Known>,
    ) -> Self {
        Self {
            text,
            platform,
            known,
            lines: Lines::new(text),
            mistakes: Vec::new(),
            comparisons: COMPARISONS,
        }
    }

    pub(super) fn mistake(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// The one of `known` that `name` most likely means.
    pub(super) fn suggest<'k>(
        &mut self,
        name: &str,
        known: impl ExactSizeIterator<Item = &'k str>,
    ) -> Option<String> {
        self.comparisons = self.comparisons.checked_sub(known.len())?;
        nearest(name, known).map(str::to_owned)
    }

    /// The text of a string whose token covers `span`.
    pub(super) fn text_at(&self, value: &str, span: Span) -> Text {
        let token = self.text.get(span.start..span.end).unwrap_or_default();
        Text {
            value: value.to_owned(),
            span,
            verbatim: token.find(value).map(|within| span.start + within),
        }
    }
}

impl Text {
    /// Where the bytes `range` of the value stand; the whole token if escapes hide that.
    pub(super) fn part(&self, range: Range<usize>) -> Span {
        self.verbatim
            .map_or(self.span, |start| Span { start: start + range.start, end: start + range.end })
    }
}
