//! One command from its start to its end: spawned into a group of its own, its output read, what is left of the group
//! killed, then reaped.
//!
//! Blocks its thread for as long as the command runs; deadlines and signals are the watch's affair. Does not know what
//! the command is for.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};

use super::output::{Captured, Stream};
use super::watch::{Cause, TimeLimits, Watch};

/// Bytes that one read takes: what a pipe holds.
const PIPE: usize = 64 * 1024;

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
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Why the watch ended it; `None` if it ended by itself.
    pub(crate) cause: Option<Cause>,
    /// From before the spawn to the end of the group's leader.
    pub(crate) took: Duration,
    pub(crate) output: Captured,
}

/// Why a command did not run.
#[derive(Debug)]
pub(crate) enum StartError {
    NoDirectory {
        cwd: PathBuf,
    },
    Spawn {
        program: PathBuf,
        source: io::Error,
    },
    /// It was started, but its end could not be awaited.
    Wait {
        program: PathBuf,
        source: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory { cwd } => {
                write!(f, "working directory `{}` does not exist", cwd.display())
            }
            Self::Spawn { program, source } => {
                write!(f, "cannot start `{}`: {source}", program.display())
            }
            Self::Wait { program, source } => {
                write!(f, "cannot wait for `{}`: {source}", program.display())
            }
        }
    }
}

impl std::error::Error for StartError {}

/// Runs `command` to its end. When this returns, its leader is reaped and nothing of its group is alive. A stream that is
/// too long for memory goes to an unnamed file in `spool`.
pub(crate) fn supervise(
    command: &CommandSpec,
    spool: &Path,
    watch: &Watch,
) -> Result<Ended, StartError> {
    let started = Instant::now();
    let start = || -> io::Result<_> {
        let (stdout, child_stdout) = io::pipe()?;
        let (stderr, child_stderr) = io::pipe()?;
        // No pre_exec, no uid or gid: that keeps std on posix_spawn.
        let child = Command::new(&command.program)
            .args(&command.args)
            .envs(command.env.iter().map(|(name, value)| (name, value)))
            .current_dir(&command.cwd)
            .stdin(Stdio::null())
            .stdout(child_stdout)
            .stderr(child_stderr)
            .process_group(0)
            .spawn()?;
        Ok((child, stdout, stderr))
    };
    let (mut child, stdout, stderr) = start().map_err(|source| not_started(command, source))?;
    let id = Pid::from_child(&child);
    let guard = watch.register(id, command.limits);
    let mut output = Captured::default();
    let waited =
        wait_unreaped(id, [(stdout, &mut output.stdout), (stderr, &mut output.stderr)], spool);
    let took = started.elapsed();
    let cause = guard.end();
    let status = waited.and_then(|()| child.wait());
    let status =
        status.map_err(|source| StartError::Wait { program: command.program.clone(), source })?;
    Ok(Ended { status, cause, took, output })
}

/// Reads the streams until the process has ended, and leaves it unreaped: until then its id, and its group's, stay its
/// own. What it printed before its end is read; what somebody prints who inherited a stream and outlives it is not
/// waited for.
fn wait_unreaped(id: Pid, streams: [(PipeReader, &mut Stream); 2], spool: &Path) -> io::Result<()> {
    let ended = pidfd_open(id, PidfdFlags::empty())?;
    let mut streams = streams.map(|(pipe, stream)| (Some(pipe), stream));
    for (pipe, _) in &streams {
        fcntl_setfl(pipe.as_ref().expect("both are open yet"), OFlags::NONBLOCK)?;
    }
    let mut buffer = vec![0; PIPE];
    loop {
        let has_ended = wait_for_event(&ended, &streams)?;
        for (pipe, stream) in &mut streams {
            if let Some(open) = pipe
                && let State::Closed = drain(open, stream, &mut buffer, spool)?
            {
                *pipe = None;
            }
        }
        if has_ended {
            rustix::io::retry_on_intr(|| {
                waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
            })?;
            return Ok(());
        }
    }
}

/// Blocks until there is something to read or the process has ended, and says whether it has.
fn wait_for_event(
    ended: &OwnedFd,
    streams: &[(Option<PipeReader>, &mut Stream); 2],
) -> io::Result<bool> {
    let mut events = Vec::with_capacity(3);
    events.push(PollFd::new(ended, PollFlags::IN));
    events.extend(streams.iter().filter_map(|(pipe, _)| {
        Some(PollFd::from_borrowed_fd(pipe.as_ref()?.as_fd(), PollFlags::IN))
    }));
    rustix::io::retry_on_intr(|| poll(&mut events, None))?;
    Ok(!events[0].revents().is_empty())
}

enum State {
    Open,
    Closed,
}

/// Reads what is there now, and at most one pipe's fill of it while the other stream or the process's end may wait.
fn drain(
    pipe: &mut PipeReader,
    stream: &mut Stream,
    buffer: &mut [u8],
    spool: &Path,
) -> io::Result<State> {
    let mut left = PIPE;
    loop {
        match pipe.read(buffer) {
            Ok(0) => return Ok(State::Closed),
            Ok(read) => {
                stream.push(&buffer[..read], spool);
                left = left.saturating_sub(read);
                // A short read emptied the pipe: the next one would only say so.
                if left == 0 || read < buffer.len() {
                    return Ok(State::Open);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(State::Open),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn not_started(command: &CommandSpec, source: io::Error) -> StartError {
    if !command.cwd.is_dir() {
        return StartError::NoDirectory { cwd: command.cwd.clone() };
    }
    StartError::Spawn { program: command.program.clone(), source }
}
