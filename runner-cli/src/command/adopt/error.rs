//! Why nothing was adopted.

use std::fmt;
use std::io;
use std::path::PathBuf;

use miette::Diagnostic;

use crate::ui::Ends;

/// Why.
#[derive(Debug)]
pub(super) enum AdoptError {
    Unknown {
        name: String,
        /// What is proposed.
        known: Vec<String>,
    },
    /// Standard input or standard error is no terminal.
    NobodyToAsk {
        shown: String,
    },
    /// A link leads out of the project.
    Elsewhere {
        shown: String,
        real: PathBuf,
    },
    /// Somebody has written one meanwhile.
    Came {
        shown: String,
    },
    Walk(ignore::Error),
    Lock {
        shown: String,
        source: io::Error,
    },
    Write {
        shown: String,
        source: io::Error,
    },
}

impl fmt::Display for AdoptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, .. } => write!(f, "no library `{name}` is proposed"),
            Self::NobodyToAsk { shown } => {
                write!(f, "nothing was written to `{shown}`: there is no terminal to ask at")
            }
            Self::Elsewhere { shown, real } => {
                write!(f, "`{shown}` is a link out of the project, to `{}`", real.display())
            }
            Self::Came { shown } => write!(f, "`{shown}` has come meanwhile"),
            Self::Walk(source) => write!(f, "cannot look for tests: {source}"),
            Self::Lock { shown, source } => write!(f, "cannot lock `{shown}`: {source}"),
            Self::Write { shown, source } => write!(f, "cannot write `{shown}`: {source}"),
        }
    }
}

impl std::error::Error for AdoptError {}

impl Ends for AdoptError {}

impl Diagnostic for AdoptError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => Some(Box::new("nothing is")),
            Self::Unknown { known, .. } => {
                Some(Box::new(format!("there are `{}`", known.join("`, `"))))
            }
            Self::NobodyToAsk { .. } => {
                Some(Box::new("`probe adopt --yes` writes it without asking"))
            }
            Self::Elsewhere { .. } => Some(Box::new(
                "what others have is left as it is: `--manifest-path` says what to write",
            )),
            Self::Came { .. } => Some(Box::new("`probe adopt` again adds to it")),
            Self::Walk(_) | Self::Lock { .. } | Self::Write { .. } => None,
        }
    }
}
