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
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};

use super::captured::{Capture, Captured};
use super::orphans::{Leak, Orphan, Orphans, Owner};
use super::reader::{Pipes, Reader};
use super::sieve::Sieve;
use super::start_error::StartError;
use super::watch::{Cause, TimeLimits, Watch};

/// How long what a test leaves behind may take to end by itself before it counts: the other end of a pipeline, say.
const LINGER: Duration = Duration::from_millis(100);
/// How often the end of a process is looked for that cannot be waited for, since files are short.
const POLL: Duration = Duration::from_millis(5);

/// A command that is ready to start.
#[derive(Clone, Debug)]
pub(crate) struct CommandSpec {
    /// The file to run, absolute.
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    /// Variables besides probe's own environment; a later one wins.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub(crate) cwd: PathBuf,
    pub(crate) limits: TimeLimits,
    pub(crate) capture: Capture,
    /// Variables of probe's own environment that it does not get, unless `env` has them.
    pub(crate) withheld: Vec<&'static str>,
    /// What is looked for in what it prints, also where that is too long for memory.
    pub(crate) sought: Option<&'static Sieve>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Why the watch ended it; `None` if it ended by itself.
    pub(crate) cause: Option<Cause>,
    /// How long it was allowed to run.
    pub(crate) limits: TimeLimits,
    /// From before the spawn to the end of the group's leader, without the time that probe was stopped.
    pub(crate) took: Duration,
    pub(crate) output: Captured,
    /// What it left behind when it ended by itself; of a test only.
    pub(crate) left: Vec<Leak>,
}

/// Whose processes are looked for when a command has ended, even outside its group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tenant<'a> {
    pub(crate) orphans: &'a Orphans,
    /// What `PROBE_SLOT` says.
    pub(crate) slot: usize,
}

/// Runs `command` to its end. When this returns, its leader is reaped and nothing of its group is alive. A stream that is
/// too long for memory goes to an unnamed file in `spool`.
pub(crate) fn supervise(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
) -> Result<Ended, StartError> {
    run(command, spool, watch, None)
}

/// Runs the command of a test to its end. When this returns, nothing that it started is alive, in its group or out of it.
pub(crate) fn supervise_test(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
    tenant: Tenant<'_>,
) -> Result<Ended, StartError> {
    run(command, spool, watch, Some(tenant))
}

fn run(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
    tenant: Option<Tenant<'_>>,
) -> Result<Ended, StartError> {
    let failed = |source| StartError::new(&command.program, &command.cwd, source);
    let starting = watch.starting().map_err(failed)?;
    let started = Instant::now();
    let mut output = Captured::new(command.capture, command.sought);
    let (mut child, mut reader) = start(command, &mut output, spool).map_err(failed)?;
    let id = Pid::from_child(&child);
    let guard = watch.register(id, command.limits);
    drop(starting);
    let waited = wait_unreaped(id, &mut reader);
    let took = started.elapsed();
    let owner = tenant.map(|tenant| (tenant.orphans, Owner { group: id, slot: tenant.slot }));
    let left = match owner {
        // What is left of a test that had to be ended is part of its end.
        Some((orphans, owner)) if guard.cause().is_none() => {
            find_leaks(orphans, owner, &mut reader)
        }
        _ => Vec::new(),
    };
    let (cause, stopped) = guard.end();
    if let Some((orphans, owner)) = owner {
        orphans.kill(owner);
    }
    drop(reader);
    let status = waited.and_then(|()| child.wait());
    let status =
        status.map_err(|source| StartError::Wait { program: command.program.clone(), source })?;
    let (limits, took) = (command.limits, took.saturating_sub(stopped));
    Ok(Ended { status, cause, limits, took, output, left })
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
fn wait_unreaped(id: Pid, reader: &mut Reader<'_>) -> io::Result<()> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    match pidfd_open(id, PidfdFlags::empty()) {
        Ok(end) => {
            while !reader.wait(&[end.as_fd()], None)? {}
            rustix::io::retry_on_intr(|| waitid(WaitId::Pid(id), options))?;
        }
        // It runs already, and is not stopped because files are short.
        Err(Errno::MFILE | Errno::NFILE | Errno::NOMEM) => {
            while waitid(WaitId::Pid(id), options | WaitIdOptions::NOHANG)?.is_none() {
                reader.wait(&[], Some(POLL))?;
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
