//! The state of the services that have started, and which tests wait for one or have lost one. Does not know what follows from
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use probe_scenario::{ServiceGround, ServiceId};
use probe_scheduler::NodeId;

use crate::instance::Instance;
use crate::service_end::ServiceEnd;

/// Where services stand that have been started.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) lives: BTreeMap<Instance, Life>,
    /// How each has ended last, as far as that is known: it may be told twice.
    pub(super) ends: BTreeMap<Instance, Arc<ServiceEnd>>,
    /// How often each was started again.
    pub(super) restarts: BTreeMap<Instance, u32>,
    /// Those that start when what they need is ready, which it has been before.
    pub(super) held: BTreeSet<Instance>,
    /// Those that somebody needs and does not get any more, which was told.
    pub(super) lost: BTreeSet<ServiceId>,
    /// Those that are to end as soon as nobody needs them who goes on.
    pub(super) leaving: BTreeSet<Instance>,
    /// The tests that ran when a service died that they need, and how that ended.
    pub(super) bereft: BTreeMap<NodeId, (ServiceId, Arc<ServiceEnd>)>,
    /// The tests that have a slot, and start when services of their own are ready.
    pub(super) settling: BTreeSet<NodeId>,
    /// The tests that are parked until a service is ready again.
    pub(super) waiting: BTreeSet<NodeId>,
}

/// Where a service stands that has been started.
#[derive(Clone, Debug)]
pub(super) enum Life {
    Starts,
    Ready(Arc<ServiceGround>),
    /// It was asked to end.
    Ends,
    /// It has ended by itself, and will be started again when nothing of it is left.
    Falls,
    /// Nothing of it is left, and it will be started again.
    Pauses,
    /// It has ended; what runs after it may run.
    Over,
    /// Nothing of it is left.
    Gone,
}

impl Life {
    /// Whether something of it is there, or runs after it.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Starts | Self::Ready(_) | Self::Ends | Self::Falls | Self::Over => true,
            Self::Pauses | Self::Gone => false,
        }
    }

    /// Whether it runs, and has not been asked to end.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self, Self::Starts | Self::Ready(_))
    }
}

impl Services {
    /// What is known of one that is ready.
    pub(super) fn ground(&self, instance: Instance) -> Option<&Arc<ServiceGround>> {
        match self.lives.get(&instance) {
            Some(Life::Ready(ground)) => Some(ground),
            _ => None,
        }
    }

    /// Where the copies of a service stand.
    pub(super) fn of(&self, service: ServiceId) -> impl Iterator<Item = (Instance, &Life)> {
        let lives = self.lives.iter().filter(move |(instance, _)| instance.service == service);
        lives.map(|(instance, life)| (*instance, life))
    }
}
