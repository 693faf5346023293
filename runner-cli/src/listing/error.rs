//! Why a listing came to nothing, and the way out.

use std::fmt;

use miette::Diagnostic;
use probe_run::Exit;

use crate::ui::Ends;

/// Why the tests of a suite are not known.
#[derive(Debug)]
pub(crate) enum ListingError {
    /// Probe received this signal meanwhile.
    Interrupted(i32),
    /// The command of a suite did not do its work.
    Failed {
        suite: String,
        command: String,
        /// Fits after the command: "exited with 3".
        why: String,
        /// The way out, where it is known.
        help: Option<String>,
        /// The end of what it said.
        said: String,
    },
}

impl ListingError {
    pub(super) fn with_help(mut self, text: String) -> Self {
        if let Self::Failed { help, .. } = &mut self {
            *help = Some(text);
        }
        self
    }

    /// The suite whose tests are not known.
    pub(crate) fn suite(&self) -> Option<&str> {
        match self {
            Self::Interrupted(_) => None,
            Self::Failed { suite, .. } => Some(suite),
        }
    }
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted(_) => f.write_str("interrupted while the tests were listed"),
            Self::Failed { suite, command, why, .. } => {
                write!(f, "cannot list the tests of suite `{suite}`: `{command}` {why}")
            }
        }
    }
}

impl std::error::Error for ListingError {}

impl Diagnostic for ListingError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Failed { help, said, .. } => {
                let said = (!said.is_empty()).then(|| format!("it said:\n{said}"));
                let lines: Vec<String> = help.iter().cloned().chain(said).collect();
                (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
            }
            Self::Interrupted(_) => None,
        }
    }
}

impl Ends for ListingError {
    fn exit(&self) -> Exit {
        match *self {
            Self::Interrupted(signal) => {
                Exit::Signal(u8::try_from(signal).expect("signal numbers are small"))
            }
            Self::Failed { .. } => Exit::ListingFailed,
        }
    }
}
