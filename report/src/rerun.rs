//! The command that runs the remaining tests of a run again, ready to type. Knows no environment, and prints nothing.

use std::ffi::OsStr;

use probe_run::{Failure, NotImported, Summary};
use probe_scenario::{Suite, TestId, quoted_value};

/// The most tests that a command names. A longer command is hard to copy out of a log.
const NAMED: usize = 10;

/// How to repeat a run for some of its tests.
#[derive(Clone, Debug)]
pub struct Rerun {
    /// The parts of the command line to repeat, before and after ` -- `, quoted for a shell.
    options: Vec<String>,
    arguments: Vec<String>,
    by: RerunBy,
}

/// How the command chooses the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RerunBy {
    /// From the history of the project.
    History,
    /// By name: there is no history where the user types the command, or it lacks these names.
    Name,
}

impl Rerun {
    /// A command with these options, and with `arguments` for the tests. `None` if a word of it is not valid text.
    pub fn new<O: AsRef<OsStr>, A: AsRef<OsStr>>(
        by: RerunBy,
        options: &[O],
        arguments: &[A],
    ) -> Option<Self> {
        let options = options.iter().map(quoted).collect::<Option<_>>()?;
        let arguments = arguments.iter().map(quoted).collect::<Option<_>>()?;
        Some(Self { options, arguments, by })
    }

    /// The command for the remaining tests of `summary`. `None` if there are none, or too many to name.
    pub(super) fn command(&self, suite: &Suite, summary: &Summary) -> Option<String> {
        let mut words = vec!["probe".to_owned(), "run".to_owned()];
        match self.by {
            RerunBy::History if is_all_done(summary) => return None,
            RerunBy::History => words.push("--failed".to_owned()),
            RerunBy::Name => words.extend(named(&names(suite, summary))?),
        }
        words.extend(self.options.iter().cloned());
        if !self.arguments.is_empty() {
            words.push("--".to_owned());
            words.extend(self.arguments.iter().cloned());
        }
        Some(words.join(" "))
    }
}

/// The command for one test, whose name people know; `None` if a shell cannot take it.
pub(super) fn by_name(name: &str) -> Option<String> {
    let words = named(&[name.to_owned()])?;
    Some(format!("probe run {}", words.join(" ")))
}

/// Whether every test of the run has passed or is left out.
fn is_all_done(summary: &Summary) -> bool {
    summary.failed.is_empty() && summary.blocked() == 0 && summary.not_run == 0
}

/// The names of the tests that failed or were blocked, each once; copies of a test are the test itself.
fn names(suite: &Suite, summary: &Summary) -> Vec<String> {
    let failed = summary.failed.iter().map(|&Failure { test, .. }| test);
    let not_imported = summary.not_imported.iter();
    let blocked = not_imported.flat_map(|NotImported { blocked, .. }| blocked).copied();
    let by_services = summary.services.iter().flat_map(|lost| &lost.blocked).copied();
    let blocked = blocked.chain(by_services);
    let tests = failed.chain(blocked).chain(summary.after_failed.iter().map(|&(test, _)| test));
    let mut names: Vec<String> = Vec::new();
    for test in tests.map(|test: TestId| &suite.tests[test.index()]) {
        let mut name = test.to_string();
        if test.copy.is_some() {
            name.truncate(name.rfind("@stress-").unwrap_or(name.len()));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The words that select tests of these names.
fn named(names: &[String]) -> Option<Vec<String>> {
    if names.is_empty() || names.len() > NAMED {
        return None;
    }
    let mut words = Vec::new();
    for name in names {
        words.extend(["-s".to_owned(), quoted(format!("name:={}", quoted_value(name)))?]);
    }
    Some(words)
}

/// A word as a POSIX shell reads it.
pub(super) fn quoted(word: impl AsRef<OsStr>) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-=".contains(c);
    // For the crate a `=` is to be quoted wherever it stands.
    if let Some(word) =
        word.as_ref().to_str().filter(|word| word.starts_with("--") && word.chars().all(plain))
    {
        return Some(word.to_owned());
    }
    shlex::try_quote(word.as_ref().to_str()?).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_a_shell_and_values_of_selectors() {
        for (names, expected) in [
            (&["unit"][..], Some("-s 'name:=unit'")),
            (&["a b.sh", "it's"], Some("-s 'name:=a b.sh' -s \"name:=it's\"")),
            (&["$HOME"], Some("-s 'name:=$HOME'")),
            (&["test[1,2]", " a"], Some("-s 'name:=\"test[1,2]\"' -s 'name:=\" a\"'")),
            (&["a\\b!=:"], Some("-s \"name:=a\\\\b\"'!=:'")),
            (&[], None),
        ] {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            let words = named(&names).map(|words| words.join(" "));
            assert_eq!(words.as_deref(), expected, "{names:?}");
        }
        let many: Vec<String> = (0..=NAMED).map(|number| number.to_string()).collect();
        assert_eq!(named(&many[1..]).map(|words| words.len()), Some(2 * NAMED));
        assert_eq!(named(&many), None);
    }
}
