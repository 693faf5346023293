//! Why an import failed, or a store cannot be used. Every text is a lowercase fragment on one line, and the way out is separate.
//! The errors are plain values. This module does not know how a message is shown, or which code can fail.

mod cause;
mod help;
mod import;
mod network;
mod store;
mod texts;

pub use cause::{ImportCause, Occupant};
pub use import::{ImportAttempt, ImportError};
pub use network::{CertificateFlaw, ProxyName, ProxyProblem, Refusal, Until};
pub use store::StoreError;
