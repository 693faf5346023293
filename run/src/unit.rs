//! What the nodes of a run's graph stand for. Does not know how they wait for each other.

use probe_scenario::{LibraryId, ServiceId, TestId};

/// What a node of a run's graph stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The import of a library, or a look whether it is there.
    Preload(LibraryId),
    /// A service becomes ready.
    Service(ServiceId),
    /// A service is stopped: nobody can need it any more.
    Stop(ServiceId),
    /// A test.
    Test(TestId),
}
