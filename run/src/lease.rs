//! A service that runs independently of the run that uses it. Does not know where the service runs, nor who else uses it.

use probe_scenario::ServiceGround;

/// The use of a service that runs independently of the run. Dropping the lease ends the use.
pub trait Lease: Send + Sync {
    /// The service's ports, directory and other values.
    fn ground(&self) -> ServiceGround;

    /// Returns how the service ended if it is gone. Never waits.
    fn gone(&self) -> Option<Gone>;
}

/// Why a service that should run independently of the run is not available.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// The reason, in words.
    pub how: String,
    /// Its last lines.
    pub lines: Vec<String>,
}
