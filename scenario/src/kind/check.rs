//! What a runner checks before it runs a test, and can check for many tests at once: the types of Deno's.
//!
//! A check of one file costs nearly what one of all files costs, since most of it is the same. Where it finds errors, each
//! test checks its own files, so that an error is one of the tests that it concerns.

use super::deno;
use crate::value::kind::SuiteKind;

/// How a runner checks without running, and runs without checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointCheck {
    /// What is checked.
    pub what: &'static str,
    /// How many words its commands have before their flags.
    pub words: usize,
    /// The flag with which it only checks.
    pub only: &'static str,
    /// The flag with which it does not check.
    pub without: &'static str,
    /// Flags that mean another check, or none, or nothing that runs tests.
    others: &'static [&'static str],
}

const DENO: JointCheck = JointCheck {
    what: "types",
    words: deno::COMMAND.len(),
    only: "--no-run",
    without: "--no-check",
    others: &[
        "--check",
        "--no-check",
        "--no-run",
        "--doc",
        "--watch",
        "--watch-hmr",
        "--clean",
        "--help",
        "-h",
    ],
};

impl JointCheck {
    /// That of a kind, if it has one.
    pub(crate) fn of(kind: SuiteKind) -> Option<Self> {
        (kind == SuiteKind::Deno).then_some(DENO)
    }

    /// Whether a word of a command leaves it as it is.
    pub(crate) fn allows(&self, word: &str) -> bool {
        let flag = word.split('=').next().unwrap_or(word);
        !self.others.contains(&flag)
    }
}
