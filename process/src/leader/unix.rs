//! Questions about a child of this process that do not reap it (waitid).
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};

use rustix::process::{WaitId, WaitIdOptions, waitid};
use wait4::{ResUse, ResourceUsage, Wait4};

use crate::process_id::ProcessId;
use crate::signal::Signal;
use crate::unix::pid;
use crate::usage::Usage;

/// No pre_exec, no uid or gid: that keeps std on posix_spawn.
pub(super) fn lead_group(command: &mut Command) {
    command.process_group(0);
}

pub(super) fn reap(child: Child) -> io::Result<(ExitStatus, Usage)> {
    let ResUse { status, rusage } = child.wait4()?;
    let ResourceUsage { utime: user, stime: system, maxrss: peak } = rusage;
    Ok((status, Usage { user, system, peak }))
}

pub(super) fn has_dumped(status: ExitStatus) -> bool {
    status.core_dumped()
}

pub(super) fn await_end(id: ProcessId) -> io::Result<()> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid(id)), options))?;
    Ok(())
}

pub(super) fn has_ended(id: ProcessId) -> io::Result<bool> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    Ok(waitid(WaitId::Pid(pid(id)), options)?.is_some())
}

pub(super) fn stopped_by(id: ProcessId) -> Option<Signal> {
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let stopped = waitid(WaitId::Pid(pid(id)), options).ok().flatten();
    stopped.and_then(|status| status.stopping_signal()).map(Signal::from_number)
}
