//! The meaning of the nodes in a run's graph. Does not know how they wait for each other.

use probe_scenario::{LibraryId, ServiceId, TestId};

/// What a node in a run's graph does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Imports a library, or looks whether it is there.
    Preload(LibraryId),
    /// Starts a service and waits until it is ready.
    Service(ServiceId),
    /// Stops a service, after nothing can need it any more.
    Stop(ServiceId),
    /// Runs a test.
    Test(TestId),
}
