//! A service that stands without the run that uses it. Knows not where it stands, nor who else uses it.

use probe_scenario::ServiceGround;

/// The use of a service that stands without the run; given up when it is dropped.
pub trait Lease: Send + Sync {
    /// What is known of it.
    fn ground(&self) -> ServiceGround;

    /// How it ended, if it is gone. Never waits.
    fn gone(&self) -> Option<Gone>;
}

/// Why a service that would stand without the run is not to be had, or not any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// In words.
    pub how: String,
    /// Its last lines.
    pub lines: Vec<String>,
}
