//! An import that failed: the cause, and what was tried. It does not know what anybody makes of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cause::ImportCause;
use super::help;

/// An import that failed: which library, where from, why, and what was tried.
#[derive(Debug, Clone)]
pub struct ImportError(Arc<Report>);

#[derive(Debug)]
struct Report {
    library: String,
    place: String,
    cause: ImportCause,
    attempts: Vec<ImportAttempt>,
}

/// One attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportAttempt {
    /// Where from, without secrets.
    pub origin: String,
    /// What went wrong.
    pub cause: String,
    /// How long was waited before the next attempt, if there was one.
    pub delay: Option<Duration>,
}

impl ImportError {
    pub(crate) fn new(
        library: &str,
        place: String,
        cause: ImportCause,
        attempts: Vec<ImportAttempt>,
    ) -> Self {
        Self(Arc::new(Report { library: library.to_owned(), place, cause, attempts }))
    }

    /// The library's name.
    #[must_use]
    pub fn library(&self) -> &str {
        &self.0.library
    }

    /// Where the library should have come from, or gone to: a URL without secrets, a path, or a command line.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// What went wrong in the end.
    #[must_use]
    pub fn cause(&self) -> &ImportCause {
        &self.0.cause
    }

    /// Every attempt that failed, in order.
    #[must_use]
    pub fn attempts(&self) -> &[ImportAttempt] {
        &self.0.attempts
    }

    /// The way out, as a sentence for the user; nothing where the cause says it all.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        help::help(&self.0.cause)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { library, place, cause, attempts } = &*self.0;
        write!(f, "prepare `{library}` from `{place}`: {cause}")?;
        if attempts.len() > 1 {
            write!(f, " (after {} attempts)", attempts.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for ImportError {}
