//! What follows `--`, and the variables of env files: read once, before anything runs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;

use miette::Diagnostic;
use probe_loader::read_regular;
use probe_scenario::{Suite, Test, TestId};

use super::dotenv::{self, Mistake, MistakeKind};
use crate::environment::Environment;
use crate::manifest_file::{shown, text};
use crate::ui::Ends;

/// The most bytes of an env file: a process is given no more.
const LONGEST: u64 = 4 << 20;

/// The arguments and files of all tests of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    passed: Vec<OsString>,
    /// What runs the command of each test, whatever the manifest says; empty if nobody says so.
    wrap: Vec<OsString>,
    /// By the name that the manifest has for the file.
    env_files: BTreeMap<String, Vec<(String, String)>>,
}

/// Why tests cannot be given what they are to be given.
#[derive(Debug)]
pub(crate) enum GivenError {
    /// Arguments were given, and no test takes any.
    NotTaken,
    /// An env file cannot be read.
    Unreadable { test: String, path: String, source: io::Error },
    /// An env file has mistakes, each at its 1-based line. Nothing of the text is told: it may hold secrets.
    Mistakes { path: String, mistakes: Vec<(usize, MistakeKind)> },
}

impl Given {
    /// What `tests` are given, with `passed` for `{args}`. Each file is read once, before anything runs.
    ///
    /// # Errors
    ///
    /// A file cannot be read or has mistakes; or no test takes the arguments.
    pub(crate) fn new(
        suite: &Suite,
        root: &Path,
        environment: &Environment,
        tests: &[TestId],
        passed: &[OsString],
    ) -> Result<Self, GivenError> {
        let tests = || tests.iter().map(|id| &suite.tests[id.index()]);
        if !passed.is_empty() && !tests().any(|test| test.run.takes_passed()) {
            return Err(GivenError::NotTaken);
        }
        let given = Self::of(root, environment, tests())?;
        Ok(Self { passed: passed.to_owned(), ..given })
    }

    /// The same, with each command run by `wrap`, if that has a word.
    pub(crate) fn wrapped(self, wrap: Vec<OsString>) -> Self {
        Self { wrap, ..self }
    }

    /// What runs the command of each test, whatever the manifest says; empty if nobody says so.
    pub(crate) fn wrap(&self) -> &[OsString] {
        &self.wrap
    }

    /// What `tests` are given by their env files.
    ///
    /// # Errors
    ///
    /// A file cannot be read or has mistakes.
    pub(crate) fn of<'t>(
        root: &Path,
        environment: &Environment,
        tests: impl Iterator<Item = &'t Test>,
    ) -> Result<Self, GivenError> {
        let mut given = Self::default();
        for test in tests {
            let Some(file) = test.env_file.as_deref() else { continue };
            if !given.env_files.contains_key(file) {
                let variables = read(root, environment, test, file)?;
                given.env_files.insert(file.to_owned(), variables);
            }
        }
        Ok(given)
    }

    /// What `{args}` becomes.
    pub(crate) fn passed(&self) -> &[OsString] {
        &self.passed
    }

    /// The variables of the test's file, in their order.
    pub(crate) fn variables(&self, test: &Test) -> &[(String, String)] {
        let file = test.env_file.as_deref();
        file.and_then(|file| self.env_files.get(file)).map_or(&[], Vec::as_slice)
    }
}

fn read(
    root: &Path,
    environment: &Environment,
    test: &Test,
    file: &str,
) -> Result<Vec<(String, String)>, GivenError> {
    let path = environment.resolve(root, file);
    let shown = shown(&path, environment);
    let text =
        read_regular(&path, LONGEST).and_then(text).map_err(|source| GivenError::Unreadable {
            test: test.to_string().trim_end().to_owned(),
            path: shown.clone(),
            source,
        })?;
    let dotenv::Reading { variables, mistakes } = dotenv::read(&text);
    if mistakes.is_empty() {
        return Ok(variables);
    }
    let line = |mistake: &Mistake| text[..mistake.span.start].matches('\n').count() + 1;
    let mistakes = mistakes.iter().map(|mistake| (line(mistake), mistake.kind)).collect();
    Err(GivenError::Mistakes { path: shown, mistakes })
}

impl fmt::Display for GivenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTaken => f.write_str("no selected test takes what follows `--`"),
            Self::Unreadable { test, path, source } => {
                write!(f, "cannot read `{path}`, the env file of `{test}`: {source}")
            }
            Self::Mistakes { path, mistakes } => match mistakes.len() {
                1 => write!(f, "the env file `{path}` has a mistake"),
                many => write!(f, "the env file `{path}` has {many} mistakes"),
            },
        }
    }
}

impl std::error::Error for GivenError {}

impl Ends for GivenError {}

impl Diagnostic for GivenError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::NotTaken => Some(Box::new("add `\"{args}\"` to the `run` of a suite or a test")),
            Self::Unreadable { .. } => {
                Some(Box::new("`env-file` is relative to the directory of the manifest"))
            }
            Self::Mistakes { mistakes, .. } => {
                let lines = mistakes.iter().map(|(line, kind)| format!("line {line}: {kind}"));
                Some(Box::new(lines.collect::<Vec<_>>().join("\n")))
            }
        }
    }
}
