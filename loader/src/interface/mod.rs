//! What a caller gives to a loader, and what it gets back: libraries, settings, a host that receives events, and errors with the
//! way out. It does not know how anything is done. The exception are commands: it runs them for hosts that do not run them
//! themselves.

mod aside;
mod command;
mod error;
mod event;
mod holder;
mod host;
mod library;
mod pin;
mod run_command;
mod secrets;
mod settings;

pub use aside::Aside;
pub use command::{CommandEnd, CommandFailure, CommandLimits, CommandLine};
pub use error::{
    CertificateFlaw, ImportAttempt, ImportCause, ImportError, Occupant, ProxyName, ProxyProblem,
    Refusal, StoreError, Until,
};
pub use event::ImportEvent;
pub use holder::Holder;
pub use host::Host;
pub use library::{ImportSource, ImportSpec};
pub use pin::Pin;
pub(crate) use secrets::without_secrets;
pub use settings::{
    Credential, NetworkLimits, Proxies, ProxyAddress, RetryPolicy, Rewrite, Settings, Verify,
};
