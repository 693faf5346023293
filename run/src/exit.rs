//! The exit codes of `probe`, and which of several outcomes decides.
//!
//! The numbers are those of nextest where it has one (100, 104, 105, 110, 96, 4), and those of the shell for signals.

use std::process::ExitCode;

/// How a call of `probe` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that ran passed.
    Passed,
    /// An examined file is damaged.
    Damaged,
    /// The command line is not valid.
    Usage,
    /// No test was selected, or the project has none.
    NoTests,
    /// At least one library could not be prepared, and no test failed.
    ImportFailed,
    /// At least one test failed.
    TestsFailed,
    /// A report could not be written, and nothing else went wrong.
    NotReported,
    /// A suite's listing command failed.
    ListingFailed,
    /// The manifest has mistakes, or the run could not be set up.
    Setup,
    /// `exec`'s command was found but could not be run.
    NotRun,
    /// `exec`'s command was not found.
    NotFound,
    /// A signal ended the run, or `exec`'s command.
    Signal(u8),
    /// The exit code of `exec`'s command.
    Command(u8),
}

impl Exit {
    /// The exit code as the shell sees it.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Damaged => 1,
            Self::Usage => 2,
            Self::NoTests => 4,
            Self::Setup => 96,
            Self::TestsFailed => 100,
            Self::ListingFailed => 104,
            Self::ImportFailed => 105,
            Self::NotReported => 110,
            Self::NotRun => 126,
            Self::NotFound => 127,
            Self::Signal(number) => 128 + number,
            Self::Command(code) => code,
        }
    }

    /// Returns the exit of a command that would end like this, if a suite could not be listed.
    pub fn or_not_listed(self) -> Self {
        match self {
            Self::Signal(_) | Self::Setup => self,
            _ => Self::ListingFailed,
        }
    }

    /// Returns the exit of a run that ends like this, if a report could not be written. Failures in the run count more than the
    /// missing report; having nothing to run counts less.
    pub fn or_not_reported(self) -> Self {
        match self {
            Self::Passed | Self::NoTests => Self::NotReported,
            other => other,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
