//! The process that a command starts with, as the leader of its own group. It stays unreaped until [`reap`](Leader::reap), so
//! its number, which is also its group's, belongs to no other process. Does not know what it runs.

#[cfg(unix)]
mod unix;

use std::io;
use std::process::{Child, Command};

#[cfg(unix)]
use unix as system;

use crate::handle::ProcessHandle;
use crate::process_end::ProcessEnd;
use crate::process_id::ProcessId;
use crate::signal::Signal;
use crate::usage::Usage;

/// Whether an unreaped process has ended.
pub(crate) fn has_ended(id: ProcessId) -> bool {
    system::has_ended(id).unwrap_or(false)
}

/// A process that was started and is not reaped yet.
#[derive(Debug)]
pub(crate) struct Leader {
    child: Child,
    id: ProcessId,
}

/// What the system says of a process when it is reaped.
#[derive(Debug)]
pub(crate) struct Reaped {
    pub(crate) end: ProcessEnd,
    /// Whether the system made a core dump of it.
    pub(crate) has_dumped: bool,
    pub(crate) usage: Usage,
}

impl Leader {
    /// Starts `command` in a group of its own, in the cheapest way that the system has.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        system::lead_group(command);
        let child = command.spawn()?;
        let id = ProcessId::of(&child);
        Ok(Self { child, id })
    }

    /// Its number, and its group's.
    pub(crate) fn id(&self) -> ProcessId {
        self.id
    }

    /// A handle that reports its end; `None` if the machine has no room for one.
    pub(crate) fn handle(&self) -> io::Result<Option<ProcessHandle>> {
        match ProcessHandle::open(self.id) {
            Ok(handle) => Ok(Some(handle)),
            Err(error) if ProcessHandle::is_short(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Blocks until it has ended.
    pub(crate) fn await_end(&self) -> io::Result<()> {
        system::await_end(self.id)
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&self) -> io::Result<bool> {
        system::has_ended(self.id)
    }

    /// The signal that has stopped it since the last call, if one has.
    pub(crate) fn stopped_by(&self) -> Option<Signal> {
        system::stopped_by(self.id)
    }

    /// Reaps it and returns how it ended. After that its number may belong to another process.
    pub(crate) fn reap(self) -> io::Result<Reaped> {
        let (status, usage) = system::reap(self.child)?;
        let has_dumped = system::has_dumped(status);
        Ok(Reaped { end: status.into(), has_dumped, usage })
    }
}
