//! The position of a thing in the manifest's text. Knows nothing of the thing.

use std::ops::Range;

use miette::SourceSpan;

/// A range of bytes in the manifest's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

impl From<Span> for SourceSpan {
    fn from(span: Span) -> Self {
        (span.start..span.end).into()
    }
}

/// The starts of a text's lines, so that each line number is one binary search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The 1-based number of the line in which `span` starts.
    pub(crate) fn number(&self, span: Span) -> usize {
        self.starts.partition_point(|&start| start <= span.start)
    }
}
