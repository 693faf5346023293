//! A failed import: the cause and the attempts. It does not know how it is shown.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cause::ImportCause;
use super::help;

/// A failed import: which library, from where, why, and all attempts.
#[derive(Debug, Clone)]
pub struct ImportError(Arc<Report>);

#[derive(Debug)]
struct Report {
    library: String,
    place: String,
    cause: ImportCause,
    attempts: Vec<ImportAttempt>,
}

/// One failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportAttempt {
    /// Its origin, without secrets.
    pub origin: String,
    /// What went wrong.
    pub cause: String,
    /// The delay before the next attempt, if there was one.
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

    /// Returns the library's name.
    #[must_use]
    pub fn library(&self) -> &str {
        &self.0.library
    }

    /// Returns where the library should have come from, or where it should have gone: a URL without
    /// secrets, a path, or a command line.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// Returns why the import failed.
    #[must_use]
    pub fn cause(&self) -> &ImportCause {
        &self.0.cause
    }

    /// Returns every failed attempt, in order.
    #[must_use]
    pub fn attempts(&self) -> &[ImportAttempt] {
        &self.0.attempts
    }

    /// Returns the way out as a sentence for the user; `None` if the cause says everything.
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
