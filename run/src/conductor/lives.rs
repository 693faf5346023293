//! Where services stand that have been started, and who has lost one. Does not know what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use probe_scenario::{ServiceGround, ServiceId};
use probe_scheduler::NodeId;

use crate::service_end::ServiceEnd;

/// Where services stand that have been started.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) lives: BTreeMap<ServiceId, Life>,
    /// The tests that ran when a service died that they need.
    pub(super) bereft: BTreeMap<NodeId, ServiceId>,
}

/// Where a service stands that has been started.
#[derive(Clone, Debug)]
pub(super) enum Life {
    Starts,
    Ready(Arc<ServiceGround>),
    /// It was asked to end.
    Ends,
    /// It has ended; what runs after it may run.
    Over(Arc<ServiceEnd>),
    /// Nothing of it is left.
    Gone(Arc<ServiceEnd>),
}
