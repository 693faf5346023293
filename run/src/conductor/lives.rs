//! The state of the services that have started, and which tests wait for one or have lost one. Does not know what follows from
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use probe_scenario::{ServiceGround, ServiceId};
use probe_scheduler::NodeId;

use crate::instance::Instance;
use crate::service_end::ServiceEnd;

/// The state of the services that have started.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) lives: BTreeMap<Instance, Life>,
    /// How each one last ended, if known. The end may be reported twice.
    pub(super) ends: BTreeMap<Instance, Arc<ServiceEnd>>,
    /// How often each was restarted.
    pub(super) restarts: BTreeMap<Instance, u32>,
    /// Services that start as soon as what they need is ready again.
    pub(super) held: BTreeSet<Instance>,
    /// Services that are reported as lost.
    pub(super) lost: BTreeSet<ServiceId>,
    /// Services that end as soon as no remaining user needs them.
    pub(super) leaving: BTreeSet<Instance>,
    /// Tests that ran when a service that they need died, and how it ended.
    pub(super) bereft: BTreeMap<NodeId, (ServiceId, Arc<ServiceEnd>)>,
    /// Tests that have a slot and start when their own services are ready.
    pub(super) settling: BTreeSet<NodeId>,
    /// Tests that are parked until a service is ready again.
    pub(super) waiting: BTreeSet<NodeId>,
}

/// The state of a service that has started.
#[derive(Clone, Debug)]
pub(super) enum Life {
    Starts,
    Ready(Arc<ServiceGround>),
    /// It was asked to end.
    Ends,
    /// It ended by itself, and will be restarted when nothing of it is left.
    Falls,
    /// Nothing of it is left, and it will be restarted.
    Pauses,
    /// It has ended. Its cleanup may still run.
    Over,
    /// Nothing of it is left.
    Gone,
}

impl Life {
    /// Whether the service or its cleanup may still run.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Starts | Self::Ready(_) | Self::Ends | Self::Falls | Self::Over => true,
            Self::Pauses | Self::Gone => false,
        }
    }

    /// Whether it runs and was not asked to end.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self, Self::Starts | Self::Ready(_))
    }
}

impl Services {
    /// Ports, directory and other values of a service that is ready.
    pub(super) fn ground(&self, instance: Instance) -> Option<&Arc<ServiceGround>> {
        match self.lives.get(&instance) {
            Some(Life::Ready(ground)) => Some(ground),
            _ => None,
        }
    }

    /// The copies of a service, and their state.
    pub(super) fn of(&self, service: ServiceId) -> impl Iterator<Item = (Instance, &Life)> {
        let lives = self.lives.iter().filter(move |(instance, _)| instance.service == service);
        lives.map(|(instance, life)| (*instance, life))
    }
}
