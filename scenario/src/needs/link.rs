//! One link of the chain from a test to what it needs. Knows no order of links.

use std::fmt;

/// A place that names what the next link, or the need itself, is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The file.
    pub file: String,
    /// The 1-based line.
    pub line: usize,
    /// What stands there: a specifier, or what it stands for.
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
