//! An exchange that failed. It does not know whether there will be another one.

use std::io;
use std::time::Duration;

use crate::interface::Cause;

/// A failed exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// How long the server wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// Sorts a failure of the connection, or of reading the body.
pub(crate) fn describe_io(error: &io::Error) -> Cause {
    match error.kind() {
        // How a failed handshake comes through: certificates among others.
        io::ErrorKind::InvalidData => Cause::Tls(error.to_string()),
        _ => Cause::Network(error.to_string()),
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self { cause, retry_after: None }
    }
}
