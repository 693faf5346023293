//! One command from its start to its end: spawned into a group of its own, its output read, what it leaves behind found
//! and killed, then reaped.
//!
//! Blocks its thread for as long as the command runs; deadlines and signals are the watch's affair. Does not know what
//! the command is for.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::captured::Captured;
use crate::ear::Ear;
use crate::group_watch::GroupWatch;
use crate::hang::{AtTimeout, Hang};
use crate::last_line::LastLine;
use crate::leader::Leader;
use crate::left_behind;
use crate::limits::TimeLimits;
use crate::orphans::{Orphans, Owner, Whose};
use crate::process_id::ProcessId;
use crate::reader::Reader;
use crate::service::Reins;
use crate::silence::Silence;
use crate::spec::{Built, CommandSpec, Ended};
use crate::start::start;
use crate::start_error::StartError;
use crate::stops::Stops;

/// How often the end of a process is looked for that cannot be waited for, since files are short.
const POLL: Duration = Duration::from_millis(5);

/// Whose processes are looked for when a command has ended, even outside its group.
#[derive(Clone, Copy, Debug)]
pub struct Tenant<'a> {
    /// Who finds what is out of its group.
    pub orphans: &'a Orphans,
    /// What its environment says.
    pub whose: Whose<'a>,
    /// What is done when its time is over; if nothing is said it is told by SIGTERM.
    pub at_timeout: Option<AtTimeout<'a>>,
}

/// A command that runs until it is told to end.
#[derive(Clone, Copy)]
pub struct Serving<'a> {
    /// Whose processes are looked for when it has ended.
    pub tenant: Tenant<'a>,
    /// By what it is told to end.
    pub reins: &'a Reins,
    /// Hears what it prints.
    pub ear: &'a dyn Ear,
}

/// The command of a library, and who wants to know what it says.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// How long it may print nothing.
    pub silence: Option<Duration>,
    /// Is told of all that the command prints.
    pub last: &'a LastLine,
}

/// Whose command it is, and what follows from that.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    Test(Tenant<'a>),
    Service(Serving<'a>),
    Build(Build<'a>),
    Other,
}

/// Runs `command` to its end. When this returns, its leader is reaped and nothing of its group is alive. A stream that is
/// too long for memory goes to an unnamed file in `spool`.
pub fn supervise(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Other).map(|built| built.ended)
}

/// Runs the command of a library to its end, as [`supervise`] does; what was left of its group is named.
pub fn supervise_build(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    build: Build<'_>,
) -> Result<Built, StartError> {
    run(command, spool, watch, Purpose::Build(build))
}

/// Runs the command of a test to its end. When this returns, nothing that it started is alive, in its group or out of it.
/// Not to be called on the first thread of the process, whose children the orphans become.
pub fn supervise_test(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    tenant: Tenant<'_>,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Test(tenant)).map(|built| built.ended)
}

/// Runs a command until it ends, or is told to by its reins; a signal to all groups tells it nothing, but SIGKILL. Of what it
/// prints, the beginning and the end are kept. When this returns, nothing that it started is alive, in its group or out of it.
/// Not to be called on the first thread of the process.
pub fn supervise_service(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    serving: Serving<'_>,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Service(serving)).map(|built| built.ended)
}

fn run(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    purpose: Purpose<'_>,
) -> Result<Built, StartError> {
    let failed = |source| StartError::new(&command.program, &command.cwd, watch.outside(), source);
    let starting = watch.starting().map_err(failed)?;
    let started = Instant::now();
    let mut output = Captured::new(command.capture, command.sought);
    output.bound(command.most);
    if let Purpose::Service(_) = purpose {
        output.forget();
    }
    let (leader, reader) = start(command, &mut output, spool).map_err(failed)?;
    let (silence, last) = match purpose {
        Purpose::Build(Build { silence, last }) => (silence, Some(last)),
        Purpose::Test(_) | Purpose::Service(_) | Purpose::Other => (None, None),
    };
    let ear: Option<&dyn Ear> = match purpose {
        Purpose::Service(serving) => Some(serving.ear),
        _ => last.map(|last| last as &dyn Ear),
    };
    let mut reader = reader.telling(ear);
    let id = leader.id();
    // Of a test this thread keeps the time, since it looks at it before it ends.
    let hang = match purpose {
        Purpose::Test(tenant) => command.limits.timeout.zip(tenant.at_timeout),
        Purpose::Build(_) | Purpose::Service(_) | Purpose::Other => None,
    };
    let timeout = command.limits.timeout.filter(|_| hang.is_none());
    let limits = TimeLimits { timeout, ..command.limits };
    let guard = watch.register(id, limits, command.at_stop);
    if let Purpose::Service(serving) = purpose {
        serving.reins.take(watch, guard.place(), id);
    }
    drop(starting);
    let mut limit = silence.zip(last).map(|(most, last)| Silence::new(most, last, &guard));
    let mut stops = watch.has_terminal().then_some(Stops { leader: &leader, guard: &guard });
    let mut hang = hang.map(|(limit, look)| Hang::new(limit, look, id, &guard));
    let waited = {
        let mut look = || {
            let silence = limit.as_mut().and_then(Silence::left);
            let stops = stops.as_mut().and_then(Stops::look);
            let hang = hang.as_mut().and_then(Hang::left);
            silence.into_iter().chain(stops).chain(hang).min()
        };
        wait_unreaped(&leader, &mut reader, &mut look)
    };
    let was_silent = limit.is_some_and(|limit| limit.is_over() && guard.ended_by().is_some());
    let took = started.elapsed();
    let left = match purpose {
        // What is left of a command that had to be ended is part of its end.
        _ if guard.ended_by().is_some() => Vec::new(),
        Purpose::Test(tenant) => {
            left_behind::of_test(tenant.orphans, tenant.owner(id), &mut reader)
        }
        Purpose::Build(_) => left_behind::of_group(id, watch.outside(), &mut reader),
        Purpose::Service(_) | Purpose::Other => Vec::new(),
    };
    if let Purpose::Service(serving) = purpose {
        serving.reins.let_go();
    }
    let (ended_by, stopped) = guard.end();
    if let Purpose::Test(tenant) | Purpose::Service(Serving { tenant, .. }) = purpose {
        tenant.orphans.kill(tenant.owner(id));
    }
    drop(reader);
    let reaped = waited
        .and_then(|()| leader.reap())
        .map_err(|source| StartError::Wait { program: command.program.clone(), source })?;
    let (limits, took) = (command.limits, took.saturating_sub(stopped));
    let (end, pid, has_dumped) = (reaped.end, id.number(), reaped.has_dumped);
    let usage = reaped.usage;
    let ended = Ended { end, pid, has_dumped, usage, ended_by, limits, took, output, left };
    Ok(Built { ended, was_silent })
}

impl<'a> Tenant<'a> {
    fn owner(self, group: ProcessId) -> Owner<'a> {
        Owner { group, whose: self.whose }
    }
}

/// Reads the streams until the process has ended, with a `look` at whatever else there is, which says when to look again; and leaves it unreaped: until then its id, and its group's, stay its
/// own. What it printed before its end is read; what somebody prints who inherited a stream and outlives it is not
/// waited for.
fn wait_unreaped(
    leader: &Leader,
    reader: &mut Reader<'_>,
    look: &mut dyn FnMut() -> Option<Duration>,
) -> io::Result<()> {
    if let Some(handle) = leader.handle()? {
        while !reader.wait(&[&handle], look())? {}
        return leader.await_end();
    }
    // It runs already, and is not stopped because files are short.
    while !leader.has_ended()? {
        reader.wait(&[], Some(POLL))?;
        look();
    }
    reader.wait(&[], Some(Duration::ZERO))?;
    Ok(())
}
