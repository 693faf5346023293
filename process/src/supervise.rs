//! One command from its start to its end: spawned into a group of its own, its output read, what it leaves behind found
//! and killed, then reaped.
//!
//! Blocks its thread for as long as the command runs; deadlines and signals are the watch's affair. Does not know what
//! the command is for.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};

use super::captured::{Capture, Captured};
use super::last_line::LastLine;
use super::orphans::{Leak, Orphan, Orphans, Owner};
use super::process_end::ProcessEnd;
use super::procfs;
use super::reader::{Pipes, Reader};
use super::sieve::Sought;
use super::signal::Signal;
use super::start_error::StartError;
use super::watch::{EndedBy, TimeLimits, Watch, WatchGuard};

/// How long what a test leaves behind may take to end by itself before it counts: the other end of a pipeline, say.
const LINGER: Duration = Duration::from_millis(100);
/// How often the end of a process is looked for that cannot be waited for, since files are short.
const POLL: Duration = Duration::from_millis(5);
/// How often a process is looked at that may have been stopped for wanting the terminal.
const STOP: Duration = Duration::from_millis(250);

/// A command that is ready to start.
#[derive(Clone, Debug)]
pub struct CommandSpec {
    /// The file to run, absolute.
    pub program: PathBuf,
    /// Its arguments, without the name of the program.
    pub args: Vec<OsString>,
    /// Variables besides probe's own environment; a later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// How long it may run, and how it is told to stop.
    pub limits: TimeLimits,
    /// What becomes of what it prints.
    pub capture: Capture,
    /// Variables of probe's own environment that it does not get, unless `env` has them.
    pub withheld: Vec<&'static str>,
    /// What is looked for in what it prints, also where that is too long for memory.
    pub sought: Option<Sought>,
    /// How much of a stream is read, in bytes; who prints more is left alone with it.
    pub most: Option<u64>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// What its own process, the group's leader, came to.
    pub end: ProcessEnd,
    /// Why the watch ended it; `None` if it ended by itself.
    pub ended_by: Option<EndedBy>,
    /// How long it was allowed to run.
    pub limits: TimeLimits,
    /// From before the spawn to the end of the group's leader, without the time that probe was stopped.
    pub took: Duration,
    /// What was kept of what it printed.
    pub output: Captured,
    /// What it left behind when it ended by itself: of a test all, of a library's command what was in its group.
    pub left: Vec<Leak>,
}

/// Whose processes are looked for when a command has ended, even outside its group.
#[derive(Clone, Copy, Debug)]
pub struct Tenant<'a> {
    /// Who finds what is out of its group.
    pub orphans: &'a Orphans,
    /// What `PROBE_SLOT` says.
    pub slot: usize,
}

/// The command of a library, and who wants to know what it says.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// How long it may print nothing.
    pub silence: Option<Duration>,
    /// Is told of all that the command prints.
    pub last: &'a LastLine,
}

/// How the command of a library ended.
#[derive(Debug)]
pub struct Built {
    /// As any other command.
    pub ended: Ended,
    /// Whether it was ended since it printed nothing for too long.
    pub was_silent: bool,
}

/// Whose command it is, and what follows from that.
#[derive(Clone, Copy, Debug)]
enum Purpose<'a> {
    Test(Tenant<'a>),
    Build(Build<'a>),
    Other,
}

/// Runs `command` to its end. When this returns, its leader is reaped and nothing of its group is alive. A stream that is
/// too long for memory goes to an unnamed file in `spool`.
pub fn supervise(command: &CommandSpec, spool: &Path, watch: &Watch) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Other).map(|built| built.ended)
}

/// Runs the command of a library to its end, as [`supervise`] does; what was left of its group is named.
pub fn supervise_build(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
    build: Build<'_>,
) -> Result<Built, StartError> {
    run(command, spool, watch, Purpose::Build(build))
}

/// Runs the command of a test to its end. When this returns, nothing that it started is alive, in its group or out of it.
pub fn supervise_test(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
    tenant: Tenant<'_>,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Purpose::Test(tenant)).map(|built| built.ended)
}

fn run(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
    purpose: Purpose<'_>,
) -> Result<Built, StartError> {
    let failed = |source| StartError::new(&command.program, &command.cwd, source);
    let starting = watch.starting().map_err(failed)?;
    let started = Instant::now();
    let mut output = Captured::new(command.capture, command.sought);
    output.bound(command.most);
    let (mut child, reader) = start(command, &mut output, spool).map_err(failed)?;
    let (silence, last) = match purpose {
        Purpose::Build(Build { silence, last }) => (silence, Some(last)),
        Purpose::Test(_) | Purpose::Other => (None, None),
    };
    let mut reader = reader.telling(last);
    let id = Pid::from_child(&child);
    let guard = watch.register(id, command.limits);
    drop(starting);
    let mut limit = silence.zip(last).map(|(most, last)| Silence::new(most, last, &guard));
    let mut stops = watch.has_terminal().then_some(Stops { id, guard: &guard });
    let waited = wait_unreaped(id, &mut reader, limit.as_mut(), stops.as_mut());
    let was_silent = limit.is_some_and(|limit| limit.is_over && guard.ended_by().is_some());
    let took = started.elapsed();
    let left = match purpose {
        // What is left of a command that had to be ended is part of its end.
        _ if guard.ended_by().is_some() => Vec::new(),
        Purpose::Test(tenant) => find_leaks(tenant.orphans, tenant.owner(id), &mut reader),
        Purpose::Build(_) => find_group(id, &mut reader),
        Purpose::Other => Vec::new(),
    };
    let (ended_by, stopped) = guard.end();
    if let Purpose::Test(tenant) = purpose {
        tenant.orphans.kill(tenant.owner(id));
    }
    drop(reader);
    let status = waited.and_then(|()| child.wait());
    let status =
        status.map_err(|source| StartError::Wait { program: command.program.clone(), source })?;
    let end = ProcessEnd::from(status);
    let (limits, took) = (command.limits, took.saturating_sub(stopped));
    Ok(Built { ended: Ended { end, ended_by, limits, took, output, left }, was_silent })
}

impl Tenant<'_> {
    fn owner(self, group: Pid) -> Owner {
        Owner { group, slot: self.slot }
    }
}

/// The watch over a group that may not print nothing for too long.
struct Silence<'a> {
    most: Duration,
    last: &'a LastLine,
    guard: &'a WatchGuard<'a>,
    /// How long the group had been stopped when it was last looked at: that is no silence of its own.
    stopped: Duration,
    is_over: bool,
}

impl<'a> Silence<'a> {
    fn new(most: Duration, last: &'a LastLine, guard: &'a WatchGuard<'a>) -> Self {
        last.begin();
        Self { most, last, guard, stopped: Duration::ZERO, is_over: false }
    }

    /// How long the group may still be silent; ends it if that is over, and then there is no more to wait for.
    fn left(&mut self) -> Option<Duration> {
        if self.is_over {
            return None;
        }
        let stopped = self.guard.stopped();
        if stopped > self.stopped {
            self.stopped = stopped;
            self.last.begin();
        }
        let left = self.most.saturating_sub(self.last.silence());
        if left.is_zero() {
            self.is_over = self.guard.ended_by().is_none();
            self.guard.expire();
            return None;
        }
        Some(left)
    }
}

/// The look-out for a group that the kernel has stopped, since it wanted to read the terminal or to change it: nobody would
/// ever let it go on.
struct Stops<'a> {
    id: Pid,
    guard: &'a WatchGuard<'a>,
}

impl Stops<'_> {
    /// Looks, and says when to look again; never if the group is being ended.
    fn look(&mut self) -> Option<Duration> {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if self.guard.ended_by().is_some() {
            return None;
        }
        let stopped = waitid(WaitId::Pid(self.id), options).ok().flatten();
        let signal = stopped.and_then(|status| status.stopping_signal()).map(Signal::from_number);
        match signal {
            Some(signal) if signal.is_of_terminal() => {
                self.guard.refuse_terminal(signal);
                None
            }
            // Whoever else has stopped it will know why.
            Some(_) | None => Some(STOP),
        }
    }
}

fn start<'a>(
    command: &CommandSpec,
    output: &'a mut Captured,
    spool: &'a Path,
) -> io::Result<(Child, Reader<'a>)> {
    let (stdout, stderr, pipes) = streams(output)?;
    let reader = Reader::new(pipes, spool)?;
    let mut process = Command::new(&command.program);
    for name in &command.withheld {
        process.env_remove(name);
    }
    // No pre_exec, no uid or gid: that keeps std on posix_spawn.
    let child = process
        .args(&command.args)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&command.cwd)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .process_group(0)
        .spawn()?;
    Ok((child, reader))
}

/// What the process writes to as its standard output and standard error, and the pipes that `output` is read from.
fn streams(output: &mut Captured) -> io::Result<(Stdio, Stdio, Pipes<'_>)> {
    match output {
        Captured::Nothing => Ok((Stdio::inherit(), Stdio::inherit(), Vec::new())),
        Captured::Combined(both) => {
            let (pipe, end) = io::pipe()?;
            Ok((end.try_clone()?.into(), end.into(), vec![(pipe, both)]))
        }
        Captured::Split { stdout, stderr } => {
            let (out, out_end) = io::pipe()?;
            let (err, err_end) = io::pipe()?;
            Ok((out_end.into(), err_end.into(), vec![(out, stdout), (err, stderr)]))
        }
    }
}

/// Reads the streams until the process has ended, and leaves it unreaped: until then its id, and its group's, stay its
/// own. What it printed before its end is read; what somebody prints who inherited a stream and outlives it is not
/// waited for.
fn wait_unreaped(
    id: Pid,
    reader: &mut Reader<'_>,
    mut silence: Option<&mut Silence<'_>>,
    mut stops: Option<&mut Stops<'_>>,
) -> io::Result<()> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    match pidfd_open(id, PidfdFlags::empty()) {
        Ok(end) => {
            let mut left = || {
                let looks = stops.as_mut().and_then(|stops| stops.look());
                let silence = silence.as_mut().and_then(|silence| silence.left());
                silence.into_iter().chain(looks).min()
            };
            while !reader.wait(&[end.as_fd()], left())? {}
            rustix::io::retry_on_intr(|| waitid(WaitId::Pid(id), options))?;
        }
        // It runs already, and is not stopped because files are short.
        Err(Errno::MFILE | Errno::NFILE | Errno::NOMEM) => {
            while waitid(WaitId::Pid(id), options | WaitIdOptions::NOHANG)?.is_none() {
                reader.wait(&[], Some(POLL))?;
                silence.as_mut().map(|silence| silence.left());
                stops.as_mut().map(|stops| stops.look());
            }
            reader.wait(&[], Some(Duration::ZERO))?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// What a test has left behind, named, after it had its time to end by itself. What it prints meanwhile is read.
fn find_leaks(orphans: &Orphans, owner: Owner, reader: &mut Reader<'_>) -> Vec<Leak> {
    let deadline = Instant::now() + LINGER;
    loop {
        let found = orphans.of(owner);
        let left = deadline.saturating_duration_since(Instant::now());
        if found.is_empty() {
            return Vec::new();
        }
        if left.is_zero() {
            return Orphan::name_all(&found);
        }
        let ends: Vec<BorrowedFd<'_>> =
            found.iter().filter_map(Orphan::end).map(OwnedFd::as_fd).collect();
        let look = if ends.len() == found.len() { left } else { left.min(POLL) };
        if reader.wait(&ends, Some(look)).is_err() {
            // Nothing is lost but the rest of what is printed.
            std::thread::sleep(left.min(POLL));
        }
    }
}

/// What is left in the group of a command whose leader has ended, named, after it had its time to end by itself.
fn find_group(group: Pid, reader: &mut Reader<'_>) -> Vec<Leak> {
    let deadline = Instant::now() + LINGER;
    loop {
        let found = procfs::group(group);
        if found.is_empty() || Instant::now() >= deadline {
            return found.into_iter().map(Leak::of).collect();
        }
        if reader.wait(&[], Some(POLL)).is_err() {
            std::thread::sleep(POLL);
        }
    }
}
