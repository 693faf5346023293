//! An exchange that failed. It does not know whether another one follows.

use std::io;
use std::time::Duration;

use crate::interface::ImportCause;

/// A failed exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: ImportCause,
    /// The pause that the server asks for.
    pub(crate) retry_after: Option<Duration>,
}

/// Classifies a failure of the connection, or of reading the body.
pub(crate) fn describe_io(error: &io::Error) -> ImportCause {
    match error.kind() {
        // How a failed handshake comes through: certificates among others.
        io::ErrorKind::InvalidData => ImportCause::Tls(error.to_string()),
        _ => ImportCause::Network(error.to_string()),
    }
}

impl From<ImportCause> for Failure {
    fn from(cause: ImportCause) -> Self {
        Self { cause, retry_after: None }
    }
}
