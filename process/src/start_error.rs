//! Why a command did not run: for lack of room, which passes, or because of its file.
//!
//! Looks at files only after something went wrong. Does not know what the command is for.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::system;

/// Why a command did not run.
#[derive(Debug)]
pub enum StartError {
    /// The working directory does not exist any more.
    NoDirectory {
        /// Where it was.
        cwd: PathBuf,
    },
    /// The machine had no room for another process, or the file was in use. Another try may succeed.
    NoRoom {
        /// The file that was to run.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is not one that can run.
    NotRunnable {
        /// The file that was to run.
        program: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It could not be started for another reason.
    Spawn {
        /// The file that was to run.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It started, but waiting for its end failed.
    Wait {
        /// The file that was to run.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl StartError {
    /// Returns the meaning of a failure to start `program` in `cwd`.
    pub(super) fn new(program: &Path, cwd: &Path, outside: Outside, source: io::Error) -> Self {
        let program = program.to_owned();
        match system::refusal(&source) {
            Refusal::Passing => Self::NoRoom { program, source },
            _ if !cwd.is_dir() => Self::NoDirectory { cwd: cwd.to_owned() },
            Refusal::NoProgram => match (outside.flaw)(&program) {
                Some(why) => Self::NotRunnable { program, why },
                None => Self::Spawn { program, source },
            },
            Refusal::NoAccess if system::is_noexec(&program) => {
                let why = "its file system is mounted `noexec`, where nothing can be run from";
                Self::NotRunnable { program, why: why.to_owned() }
            }
            _ => Self::Spawn { program, source },
        }
    }

    /// Whether another try may succeed.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NoRoom { .. })
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory { cwd } => {
                write!(f, "working directory `{}` does not exist", cwd.display())
            }
            Self::NotRunnable { program, why } => {
                write!(f, "cannot start `{}`: {why}", program.display())
            }
            Self::NoRoom { program, source } | Self::Spawn { program, source } => {
                write!(f, "cannot start `{}`: {source}", program.display())
            }
            Self::Wait { program, source } => {
                write!(f, "cannot wait for `{}`: {source}", program.display())
            }
        }
    }
}

impl std::error::Error for StartError {}
