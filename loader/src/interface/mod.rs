//! What a caller gives to a loader, and what it gets back: libraries, settings, a host that is told what goes on, and errors with
//! the way out. It does not know how anything is done.

mod error;
mod host;
mod library;
mod run_command;
mod secrets;
mod settings;

pub use error::{
    Attempt, Cause, CertificateFlaw, ImportError, Occupant, ProxyName, ProxyProblem, Refusal,
    StoreError, Until,
};
pub use host::{CommandEnd, CommandFailure, Event, Holder, Host};
pub use library::{CommandLimits, CommandLine, Kind, Library, Source};
pub(crate) use secrets::without_secrets;
pub use settings::{
    Credential, NetworkLimits, Proxies, ProxyAddress, RetryPolicy, Rewrite, Settings, Verify,
};
