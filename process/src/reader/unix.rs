//! Waits for pipes and processes together (poll).
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::io::{self, PipeReader};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};

use super::sight::Sight;
use crate::handle::ProcessHandle;
use crate::system::HANG_UP_IS_ALL;

/// Makes reads from an empty pipe return at once.
pub(super) fn unblock(pipe: &PipeReader) -> io::Result<()> {
    Ok(fcntl_setfl(pipe, OFlags::NONBLOCK)?)
}

/// Blocks until one of `processes` has ended, there is something to see in `pipes`, or the time is over. Returns whether one of
/// `processes` has ended, and the state of each pipe, looked at after that. So of a process that has ended, all its output is
/// seen.
pub(super) fn wait<'a>(
    processes: &[&ProcessHandle],
    pipes: impl ExactSizeIterator<Item = &'a PipeReader>,
    timeout: Option<Duration>,
) -> io::Result<(bool, Vec<Sight>)> {
    let timeout = timeout.map(|timeout| Timespec::try_from(timeout).expect("seconds are few"));
    let mut events: Vec<PollFd<'_>> = Vec::with_capacity(processes.len() + pipes.len());
    events.extend(
        processes.iter().map(|process| PollFd::from_borrowed_fd(process.as_fd(), PollFlags::IN)),
    );
    events.extend(pipes.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
    rustix::io::retry_on_intr(|| poll(&mut events, timeout.as_ref()))?;
    // The kernel looks at them in this order.
    let (processes, pipes) = events.split_at(processes.len());
    let has_ended = processes.iter().any(|event| !event.revents().is_empty());
    Ok((has_ended, pipes.iter().map(|event| sight(event.revents())).collect()))
}

fn sight(events: PollFlags) -> Sight {
    match events {
        events if events.is_empty() => Sight::Nothing,
        PollFlags::HUP if HANG_UP_IS_ALL => Sight::Closed,
        _ => Sight::Something,
    }
}
