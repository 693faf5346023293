//! What a runner checks before it runs a test, and can check for many tests at once: Deno's types.
//!
//! Checking one file costs nearly as much as checking all, because most of the work is shared. If the joint check finds
//! errors, each test checks its own files, so that each error belongs to the tests that it concerns.

use super::deno;
use crate::value::kind::SuiteKind;

/// The flags with which a runner only checks, and with which it runs without a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointCheck {
    /// The thing that it checks: `types`.
    pub what: &'static str,
    /// The number of words of its command before the flags.
    pub words: usize,
    /// The flag for only a check.
    pub only: &'static str,
    /// The flag for a run without a check.
    pub without: &'static str,
    /// Flags with which the check would be another one, or none, or with which no tests would run.
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
