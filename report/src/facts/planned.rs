//! The plan of a run, as facts give it at the beginning: what documents say about tests and libraries besides their
//! results.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named::{LibraryName, TestName};

/// A library of the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LibraryPlanned<'a> {
    /// The library.
    pub library: LibraryName<'a>,
    /// Its place among all libraries of the project, for logs that will be merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// Its source, in one line without secrets.
    pub origin: Cow<'a, str>,
    /// The line of the manifest that names it, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The libraries that must be ready before it.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub needs: Vec<LibraryName<'a>>,
}

/// A service of the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServicePlanned<'a> {
    /// The service.
    pub service: Cow<'a, str>,
    /// Its command as written, without secrets.
    pub run: Cow<'a, str>,
    /// The line of the manifest that names it.
    pub line: usize,
    /// The libraries that must be ready before it.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub needs: Vec<LibraryName<'a>>,
    /// The services that must be ready before it.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub services: Vec<Cow<'a, str>>,
}

/// Tests of the run that share these values, in the order of the manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TestsPlanned<'a> {
    /// The suite that they belong to, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suite: Option<Cow<'a, str>>,
    /// The line of the manifest that defines them or their suite.
    pub line: usize,
    /// The libraries that they wait for.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub needs: Vec<LibraryName<'a>>,
    /// The services that they wait for.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub services: Vec<Cow<'a, str>>,
    /// Their tags, in the order of the manifest.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub tags: Vec<Cow<'a, str>>,
    /// The values of each test.
    pub tests: Vec<TestPlanned<'a>>,
}

/// The values of one test.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TestPlanned<'a> {
    /// The test.
    pub test: TestName<'a>,
    /// Its place among all tests of the project, for logs that will be merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// The name without its suite's and without escapes, if [`short_name`] does not give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// Its files, relative to the project's directory.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub files: Vec<Cow<'a, str>>,
    /// The tests that must have passed first.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub after: Vec<TestName<'a>>,
    /// Why a change concerns it, with `--changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Cow<'a, str>>,
}

/// A test's displayed name without that of its suite.
#[must_use]
pub fn short_name<'n>(shown: &'n str, suite: Option<&str>) -> &'n str {
    let rest = suite.and_then(|suite| shown.strip_prefix(suite)?.strip_prefix(' '));
    rest.unwrap_or(shown)
}
