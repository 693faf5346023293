//! What looks like work that tests have done for each other in vain, as facts have it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::TestName;

/// A place of which several tests speak that failed at once, in other words than loaders have, while files came there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Suspected<'a> {
    /// The folder.
    pub folder: Cow<'a, str>,
    /// What they said, each once.
    pub words: Vec<Cow<'a, str>>,
    /// Some of the files that came.
    pub came: Vec<Cow<'a, str>>,
    /// The tests, each once.
    pub tests: Vec<TestName<'a>>,
}

/// A file in a cache that was written several times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Duplicate<'a> {
    /// The file.
    pub path: Cow<'a, str>,
    /// How often, at least.
    pub times: usize,
}
