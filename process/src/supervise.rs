//! Runs one command from start to end: starts it in a group of its own, reads its output, finds and kills what it leaves
//! behind, then reaps it.
//!
//! Blocks its thread while the command runs. The watch handles deadlines and signals. Does not know what the command is for.

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

/// The time between looks for the end of a process that cannot be waited for, because there are too few file descriptors.
const POLL: Duration = Duration::from_millis(5);

/// The owner of the processes to search for after a command has ended, even outside its group.
#[derive(Clone, Copy, Debug)]
pub struct Tenant<'a> {
    /// Finds processes outside the group.
    pub orphans: &'a Orphans,
    /// The owner that the processes' environment names.
    pub whose: Whose<'a>,
    /// What to do when the command's time is over. With `None`, SIGTERM asks it to end.
    pub at_timeout: Option<AtTimeout<'a>>,
}

/// A command that runs until it is told to end.
#[derive(Clone, Copy)]
pub struct Serving<'a> {
    /// The owner of the processes to search for after it has ended.
    pub tenant: Tenant<'a>,
    /// The means to tell it to end.
    pub reins: &'a Reins,
    /// Receives its output.
    pub ear: &'a dyn Ear,
}

/// The command of a library, and who reads its output.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// The longest time that it may print nothing.
    pub silence: Option<Duration>,
    /// Receives all output of the command.
    pub last: &'a LastLine,
}

/// What kind of command it is.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    Test(Tenant<'a>),
    Service(Serving<'a>),
    Build(Build<'a>),
    Other,
}

/// Runs `command` to its end. When this returns, its leader is reaped and no process of its group is alive. A stream that is
/// too long for memory goes to an unnamed file in `spool`.
pub fn supervise(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Other).map(|built| built.ended)
}

/// Runs the command of a library to its end, like [`supervise`], and describes what was left of its group.
pub fn supervise_build(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    build: Build<'_>,
) -> Result<Built, StartError> {
    run(command, spool, watch, Purpose::Build(build))
}

/// Runs the command of a test to its end. When this returns, no process that it started is alive, in its group or outside. Do
/// not call this on the first thread of the process: orphans become that thread's children.
pub fn supervise_test(
    command: &CommandSpec,
    spool: &Path,
    watch: &GroupWatch,
    tenant: Tenant<'_>,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Test(tenant)).map(|built| built.ended)
}

/// Runs a command until it ends or its reins tell it to. Of the signals to all groups, only SIGKILL reaches it. Of its output,
/// the start and the end are kept. When this returns, no process that it started is alive, in its group or outside. Do not call
/// this on the first thread of the process.
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
    // For a test this thread keeps the time, because it looks at the test before it ends it.
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
        // What is left of a command that had to be ended belongs to its end.
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

/// Reads the streams until the process has ended, and leaves the process unreaped, so that its number and its group's stay its
/// own. Calls `look` for other work; it returns when to look again. Reads everything that the process printed before its end.
/// Does not wait for output of other processes that inherited a stream and outlive it.
fn wait_unreaped(
    leader: &Leader,
    reader: &mut Reader<'_>,
    look: &mut dyn FnMut() -> Option<Duration>,
) -> io::Result<()> {
    if let Some(handle) = leader.handle()? {
        while !reader.wait(&[&handle], look())? {}
        return leader.await_end();
    }
    // It already runs, so a lack of file descriptors must not end it.
    while !leader.has_ended()? {
        reader.wait(&[], Some(POLL))?;
        look();
    }
    reader.wait(&[], Some(Duration::ZERO))?;
    Ok(())
}
