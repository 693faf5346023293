//! Why an import failed, or a store cannot be used. It does not know how a message is shown: every text is a lowercase fragment on one
//! line, and the way out is apart from it. Of what went wrong it has plain values, and knows nobody who can go wrong.

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
