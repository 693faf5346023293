//! The orders of the conductor. Does not know who carries them out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use probe_process::Signal;
use probe_scenario::{LibraryId, ServiceGround, ServiceId, TestId};
use probe_scheduler::NodeId;

use crate::attempt::Attempt;
use crate::instance::Instance;
use crate::verdict::Evidence;

/// An order of the conductor. Orders do not block, with two exceptions: a use looks at locks, without waiting, and a pause
/// stops the caller, too.
#[derive(Debug)]
pub(crate) enum Act {
    /// Run an attempt when a worker is free. The answer is [`TestEnded`](super::Message::TestEnded).
    Run(Job),
    /// Import a library.
    Import(Import),
    /// Continue an import that has waited for a place in its lane.
    GoOn(NodeId),
    /// Look whether a library that tests make is there.
    Look { unit: NodeId, library: LibraryId },
    /// Find out whether a test that may make these libraries may run.
    Admit { unit: NodeId, libraries: Vec<LibraryId> },
    /// Give up a test's lead. If the test ended by itself, what it made is complete.
    GiveLeadUp { unit: NodeId, by_itself: bool },
    /// Note that the libraries of a lead were made, then give up the lead.
    Remember { unit: NodeId },
    /// Try to use libraries that are made in place.
    Use { unit: NodeId, libraries: Vec<LibraryId> },
    /// Give up that use.
    EndUse { unit: NodeId },
    /// Start a service: the answers are [`Service`](super::Message::Service).
    StartService(StartService),
    /// Ask a service to end. It may not be ready yet.
    StopService(Instance),
    /// Examine an attempt.
    Examine(Box<Case>),
    /// Tell imports and examinations that nothing needs them any more, even those that wait for a place.
    Cancel,
    /// Pass a signal on to everything that runs now or later.
    Stop(Signal),
    /// Pause everything that runs, and this process last.
    Suspend,
    /// Continue everything that was paused.
    Resume,
    /// Report when no process is left. The answer is [`Idle`](super::Message::Idle), or none.
    AskIdle,
}

/// The paths of libraries. The path of a library that tests make is empty while its place is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(pub(crate) Vec<(LibraryId, PathBuf)>);

impl Places {
    /// The path of a library.
    pub(crate) fn of(&self, library: LibraryId) -> &Path {
        let place = self.0.iter().find(|(id, _)| *id == library);
        place.map(|(_, path)| path.as_path()).expect("what a unit needs is there before it starts")
    }
}

/// An attempt to start now.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) unit: NodeId,
    pub(crate) test: TestId,
    /// The number of the attempt, counted from 1.
    pub(crate) number: u32,
    /// The slot, counted from 0. No other running job has the same one, so a test can derive a port or a database name from it.
    pub(crate) slot: usize,
    /// Whether other units wait for the test.
    pub(crate) is_awaited: bool,
    /// The paths of the test's libraries.
    pub(crate) places: Places,
    /// The services that it uses, and those that these use.
    pub(crate) services: Vec<Instance>,
    /// Ports, directories and other values of the services that it uses itself.
    pub(crate) grounds: Grounds,
}

/// Ports, directories and other values of services that are ready.
pub(crate) type Grounds = Vec<(ServiceId, Arc<ServiceGround>)>;

/// A service to start now.
#[derive(Debug)]
pub(crate) struct StartService {
    pub(crate) instance: Instance,
    /// Whether it ran before and died. Then it keeps its ports.
    pub(crate) again: bool,
    /// The paths of the libraries that it needs.
    pub(crate) places: Places,
    /// Ports, directories and other values of the services that it needs.
    pub(crate) grounds: Grounds,
}

/// An import to start now.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) unit: NodeId,
    pub(crate) library: LibraryId,
    /// The paths of what the library needs.
    pub(crate) places: Places,
}

/// An attempt to examine.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) unit: NodeId,
    pub(crate) attempt: Attempt,
    pub(crate) evidence: Evidence,
}
