//! What was seen, and where. Looks at nothing.

use std::path::{Path, PathBuf};

use probe_scenario::{Platform, Test};
use serde::{Deserialize, Serialize};

use crate::environment::Environment;

/// Something that tests share and no library declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) what: What,
    /// The tests that have to do with it; none where nobody can tell.
    pub(crate) users: Vec<User>,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A file that is loaded.
    File(PathBuf),
    /// A folder that tests fill, with some of what came.
    Folder(PathBuf, Vec<PathBuf>),
    /// What Deno's plug has fetched from there.
    Url(String),
}

/// A table of the manifest that can need a library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum User {
    /// `[suite.NAME]`
    Suite(String),
    /// `[test.NAME]`
    Test(String),
}

impl User {
    /// The table that has yielded a test.
    pub(crate) fn of(test: &Test) -> Self {
        match &test.suite {
            Some(suite) => Self::Suite(suite.to_string()),
            None => Self::Test(test.name.clone()),
        }
    }
}

/// Where it was seen.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// The project's directory.
    pub(crate) root: &'a Path,
    pub(crate) environment: &'a Environment,
    pub(crate) platform: &'a Platform,
}
