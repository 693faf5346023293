//! Facts about work that tests may have repeated for each other in vain.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::TestName;

/// A place that several tests name that failed at the same time, in other words than those of loaders, while new files
/// appeared there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Suspected<'a> {
    /// The folder.
    pub folder: Cow<'a, str>,
    /// The messages, each once.
    pub words: Vec<Cow<'a, str>>,
    /// Some of the new files.
    pub came: Vec<Cow<'a, str>>,
    /// The tests, each once.
    pub tests: Vec<TestName<'a>>,
}

/// A file in a cache that was written several times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Duplicate<'a> {
    /// The file.
    pub path: Cow<'a, str>,
    /// The number of writes, at least.
    pub times: usize,
}
