//! The orders of the conductor. Does not know who carries them out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use probe_process::Signal;
use probe_scenario::{LibraryId, ServiceGround, ServiceId, TestId};
use probe_scheduler::NodeId;

use crate::attempt::Attempt;
use crate::instance::Instance;
use crate::verdict::Evidence;

/// One thing to be done. Nothing of it holds up whoever asks for it, but two: a use is a look at locks, without waiting for any,
/// and whoever stops everything is stopped with it.
#[derive(Debug)]
pub(crate) enum Act {
    /// Run an attempt, when a worker is free: the answer is [`TestEnded`](super::Message::TestEnded).
    Run(Job),
    /// Import a library.
    Import(Import),
    /// Let an import go on that has waited for a place in its lane.
    GoOn(NodeId),
    /// Look whether a library is there that tests make.
    Look { unit: NodeId, library: LibraryId },
    /// Find out whether a test may run that may make these libraries.
    Admit { unit: NodeId, libraries: Vec<LibraryId> },
    /// Give up what a test leads. What it has made is whole if it has ended by itself.
    GiveLeadUp { unit: NodeId, by_itself: bool },
    /// Remember that what a test leads was made, then give the lead up.
    Remember { unit: NodeId },
    /// Try to use what is made in place.
    Use { unit: NodeId, libraries: Vec<LibraryId> },
    /// Give up the use of that.
    EndUse { unit: NodeId },
    /// Start a service: the answers are [`Service`](super::Message::Service).
    StartService(StartService),
    /// Ask a service to end, which may not be ready yet.
    StopService(Instance),
    /// Examine an attempt.
    Examine(Box<Case>),
    /// Tell imports and examinations that nobody needs them any more, those too that wait for a place.
    Cancel,
    /// Pass a signal on to all that runs, now and from now on.
    Stop(Signal),
    /// Stop all that runs, and this process last.
    Suspend,
    /// Let all that was stopped go on.
    Resume,
    /// Say so if nothing has processes any more: the answer is [`Idle`](super::Message::Idle), or none.
    AskIdle,
}

/// Where libraries are: the path is empty of one that tests make, as long as its place is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(pub(crate) Vec<(LibraryId, PathBuf)>);

impl Places {
    /// Where a library is.
    pub(crate) fn of(&self, library: LibraryId) -> &Path {
        let place = self.0.iter().find(|(id, _)| *id == library);
        place.map(|(_, path)| path.as_path()).expect("what a unit needs is there before it starts")
    }
}

/// An attempt that is to start now.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) unit: NodeId,
    pub(crate) test: TestId,
    /// The number of the attempt, counted from 1.
    pub(crate) number: u32,
    /// Counts from 0; no other job has it meanwhile, so that a test can derive a port or a database name from it.
    pub(crate) slot: usize,
    /// Whether anything starts only after the test.
    pub(crate) is_awaited: bool,
    /// The test's libraries.
    pub(crate) places: Places,
    /// The services that it uses, and those that these do.
    pub(crate) services: Vec<Instance>,
    /// What is known of those that it uses itself.
    pub(crate) grounds: Grounds,
}

/// What is known of services that are ready.
pub(crate) type Grounds = Vec<(ServiceId, Arc<ServiceGround>)>;

/// A service that is to start now.
#[derive(Debug)]
pub(crate) struct StartService {
    pub(crate) instance: Instance,
    /// It was there before, and died: its ports stay what they were.
    pub(crate) again: bool,
    /// The libraries that it needs.
    pub(crate) places: Places,
    /// What is known of the services that it needs.
    pub(crate) grounds: Grounds,
}

/// An import that is to start now.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) unit: NodeId,
    pub(crate) library: LibraryId,
    /// What the library needs.
    pub(crate) places: Places,
}

/// An attempt to be examined.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) unit: NodeId,
    pub(crate) attempt: Attempt,
    pub(crate) evidence: Evidence,
}
