//! One link of the chain from a test to what it needs. Knows no order of links.

use std::fmt;

/// A place that names the next link, or the need itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The file.
    pub file: String,
    /// The 1-based line.
    pub line: usize,
    /// The text at this place: a specifier, or its target.
    pub text: String,
}

impl Link {
    pub(crate) fn new(file: &str, line: usize, text: &str) -> Self {
        Self { file: file.to_owned(), line, text: text.to_owned() }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} `{}`", self.file, self.line, self.text)
    }
}
