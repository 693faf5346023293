//! Why a library could not be prepared, in words.

use probe_loader::ImportError;

/// Why a library could not be prepared, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFailure {
    /// The last error.
    pub cause: String,
    /// The last error with the library and the place; it fits after "failed to".
    pub message: String,
    /// Earlier attempts that failed in another way: from where, and how.
    pub attempts: Vec<(String, String)>,
    /// What the user can do, or what a command printed; several lines.
    pub help: Option<String>,
}

impl ImportFailure {
    /// The loader itself panicked. Its thread has printed the panic.
    pub fn panicked() -> Self {
        let cause = "probe itself panicked; see above".to_owned();
        Self { message: format!("prepare it: {cause}"), cause, attempts: Vec::new(), help: None }
    }

    /// The run was stopped before the import ended.
    pub(crate) fn stopped() -> Self {
        let cause = "the run was stopped".to_owned();
        Self { message: format!("end it: {cause}"), cause, attempts: Vec::new(), help: None }
    }
}

impl From<&ImportError> for ImportFailure {
    fn from(error: &ImportError) -> Self {
        let cause = error.cause().to_string();
        let others = error.attempts().iter().filter(|attempt| attempt.cause != cause);
        Self {
            message: error.to_string(),
            attempts: others
                .map(|attempt| (attempt.origin.clone(), attempt.cause.clone()))
                .collect(),
            help: error.help(),
            cause,
        }
    }
}
