//! Where a process writes the results of the tests in it, and in which format. Reads nothing.

use super::template::Template;
use crate::text::word::words;

words! {
    /// The format of a results file.
    ResultsFormat "format of results" {
        /// JUnit's XML.
        Junit = "junit",
        /// TAP 12 to 14.
        Tap = "tap",
    }
}

/// The files with the results of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultsFile {
    /// Their format.
    pub format: ResultsFormat,
    /// A pattern, relative to the working directory of the test.
    pub path: Template,
}
