//! What tests leave behind. Probe adopts every process whose parent ends (it is a child subreaper), so that all of them
//! are found below it, even one that has closed its streams, left its group and its session.
//!
//! Whose an orphan is, its group says, or its environment. One that says neither is some test's, and settled at the end of
//! the run; what a library's command left is nobody's here. Orphans are reaped by number, never with whatever else has
//! ended: a test's own process is for its worker to reap. Does not know what becomes of a test that leaves something.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use probe_scenario::without_secrets;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, kill_process, pidfd_open,
    set_child_subreaper, waitid,
};

use super::guardian::IS_DETACHED;
use super::procfs::{self, Life};

/// How long a killed process may take to be gone before nobody waits for it any more: it hangs in the kernel.
const DYING: Duration = Duration::from_secs(2);
/// How long a process may take to become another program: a busy machine leaves it in the middle of that.
const STARTING: Duration = Duration::from_secs(2);
/// How long an environment must be found empty before it is taken to be empty: longer than a process that is just about
/// to get one waits for a processor.
const EMPTY: Duration = Duration::from_millis(100);
/// Between two looks at something that cannot be waited for.
const PAUSE: Duration = Duration::from_millis(1);

/// A process that a test left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Its number.
    pub pid: i32,
    /// Its command line in one line, without what of a URL must not be shown.
    pub command: String,
}

impl Leak {
    /// Names a process that is there.
    pub(super) fn of(pid: Pid) -> Self {
        let command = without_secrets(&procfs::command_line(pid)).into_owned();
        Self { pid: pid.as_raw_nonzero().get(), command }
    }
}

/// A test as its processes know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) group: Pid,
    /// The slot of the worker that runs it, and at this time no other test.
    pub(super) slot: usize,
}

/// Probe as the parent of whatever has lost its own. There is one at a time.
#[derive(Debug)]
pub struct Orphans {
    /// What every process of a test of this run has in its environment.
    mark: String,
    /// The children of probe's first thread, which gets the orphans. Workers start the tests, so none of these is here.
    /// `None` where the kernel does not list them: then only groups are found.
    list: Option<File>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Children that are nobody's affair any more: no test's, or dying.
    settled: Vec<Pid>,
    /// Children that do not say whose they are.
    unknown: Vec<Pid>,
}

impl Orphans {
    /// From now on orphans are probe's, until this is dropped.
    pub fn adopt(run_id: &str) -> Self {
        let me = getpid();
        let adopts = set_child_subreaper(Some(me)).is_ok();
        let list = File::open(format!("/proc/self/task/{me}/children"));
        let list = list.ok().filter(|_| adopts);
        Self { mark: format!("PROBE_RUN_ID={run_id}"), list, state: Mutex::default() }
    }

    /// The orphans of a test whose own process has ended.
    pub(super) fn of(&self, owner: Owner) -> Vec<Orphan> {
        self.find(|pid, state| self.is_of(pid, owner, state), Orphan::new)
    }

    /// Kills what the test has left, and what that starts meanwhile.
    pub(super) fn kill(&self, owner: Owner) {
        self.kill_while_any(|pid, state| self.is_of(pid, owner, state));
    }

    /// Names the orphans that do not say whose they are. To be asked when all tests have ended.
    pub fn unknown(&self) -> Vec<Leak> {
        Orphan::name_all(&self.find(|pid, state| self.is_unknown(pid, state), Orphan::new))
    }

    /// Kills the orphans that do not say whose they are.
    pub fn kill_unknown(&self) {
        self.kill_while_any(|pid, state| self.is_unknown(pid, state));
    }

    /// The living orphans that `is_meant`, each as `take` has it. Until this returns none of them is reaped, so that their
    /// numbers mean them.
    fn find(
        &self,
        is_meant: impl Fn(Pid, &mut State) -> bool,
        take: impl Fn(Pid) -> Orphan,
    ) -> Vec<Orphan> {
        let mut state = self.state.lock();
        let orphans = self.living(&mut state);
        orphans.into_iter().filter(|&pid| is_meant(pid, &mut state)).map(take).collect()
    }

    /// The children of a process that is killed become orphans themselves, and are found in the next round.
    fn kill_while_any(&self, is_meant: impl Fn(Pid, &mut State) -> bool) {
        loop {
            let orphans = self.find(&is_meant, |pid| {
                // It is there until it is reaped.
                let _ = kill_process(pid, Signal::KILL);
                Orphan::new(pid)
            });
            if orphans.is_empty() {
                return;
            }
            let deadline = Instant::now() + DYING;
            let hangs = |orphan: &&Orphan| !orphan.has_ended_by(deadline);
            let hang: Vec<Pid> = orphans.iter().filter(hangs).map(|orphan| orphan.pid).collect();
            self.state.lock().settled.extend(hang);
        }
    }

    /// The orphans that are alive and not settled. Those that have ended are reaped.
    fn living(&self, state: &mut State) -> Vec<Pid> {
        let mut children = self.children();
        children.retain(|&pid| !is_reaped(pid));
        state.settled.retain(|pid| children.contains(pid));
        state.unknown.retain(|pid| children.contains(pid));
        children.retain(|pid| !state.settled.contains(pid));
        children
    }

    fn children(&self) -> Vec<Pid> {
        let Some(list) = &self.list else { return Vec::new() };
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = list.read_at(&mut buffer, bytes.len() as u64) {
            bytes.extend_from_slice(&buffer[..read]);
        }
        procfs::parse_children(&bytes)
    }

    fn is_of(&self, pid: Pid, owner: Owner, state: &mut State) -> bool {
        let Some(stat) = procfs::stat(pid) else { return false };
        if stat.group == owner.group.as_raw_nonzero().get() {
            return true;
        }
        if state.unknown.contains(&pid) {
            return false;
        }
        let environment = environment(pid);
        if procfs::says(&environment, &self.mark) {
            return procfs::says(&environment, &format!("PROBE_SLOT={}", owner.slot));
        }
        if procfs::says(&environment, IS_DETACHED) {
            state.settled.push(pid);
        } else {
            state.unknown.push(pid);
        }
        false
    }

    /// All tests have ended: what still says that it is a test's is so of one that cannot be told.
    fn is_unknown(&self, pid: Pid, state: &mut State) -> bool {
        let environment = environment(pid);
        let detached =
            procfs::says(&environment, IS_DETACHED) && !procfs::says(&environment, &self.mark);
        if detached {
            state.settled.push(pid);
        }
        !detached
    }
}

impl Drop for Orphans {
    fn drop(&mut self) {
        // It succeeded before.
        let _ = set_child_subreaper(None);
    }
}

/// A living child of probe that it has not started.
#[derive(Debug)]
pub(super) struct Orphan {
    pid: Pid,
    /// Readable when the process has ended; `None` where files are short.
    end: Option<OwnedFd>,
}

impl Orphan {
    fn new(pid: Pid) -> Self {
        Self { pid, end: pidfd_open(pid, PidfdFlags::empty()).ok() }
    }

    /// What becomes readable when the process ends.
    pub(super) fn end(&self) -> Option<&OwnedFd> {
        self.end.as_ref()
    }

    /// Names these and all that they have started.
    pub(super) fn name_all(orphans: &[Self]) -> Vec<Leak> {
        let mut pids: Vec<Pid> = orphans.iter().map(|orphan| orphan.pid).collect();
        let mut named = 0;
        while let Some(&pid) = pids.get(named) {
            pids.extend(procfs::children(pid));
            named += 1;
        }
        pids.into_iter().map(Leak::of).collect()
    }

    /// Blocks until the process has ended or the time is over, and says whether it has ended.
    fn has_ended_by(&self, deadline: Instant) -> bool {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match &self.end {
                Some(end) => {
                    let mut events = [PollFd::new(end, PollFlags::IN)];
                    let left = Timespec::try_from(left).expect("seconds are few");
                    if poll(&mut events, Some(&left)) != Err(rustix::io::Errno::INTR) {
                        return !events[0].revents().is_empty();
                    }
                }
                None if procfs::stat(self.pid).is_none_or(|stat| stat.life == Life::Ended) => {
                    return true;
                }
                None if left.is_zero() => return false,
                None => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// Reaps a child if it has ended, and says whether it had.
fn is_reaped(pid: Pid) -> bool {
    let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG);
    !matches!(ended, Ok(None))
}

/// The environment of a process, whole. While a process becomes another program it has none for a moment, then for a
/// shorter one an empty one; and what was being read of the old one ends in the middle.
fn environment(pid: Pid) -> Vec<u8> {
    let asked = Instant::now();
    let mut empty_since = None;
    loop {
        let Some(environment) = procfs::environment(pid) else { return Vec::new() };
        let stat = procfs::stat(pid).filter(|stat| stat.life == Life::Alive);
        let Some(stat) = stat else { return environment };
        let is_whole = stat.environment == Some(environment.len() as u64);
        let is_empty = is_whole && environment.is_empty();
        empty_since = is_empty.then(|| empty_since.unwrap_or_else(Instant::now));
        let stays_empty = empty_since.is_some_and(|since| since.elapsed() > EMPTY);
        if is_whole && !is_empty || stays_empty || asked.elapsed() > STARTING {
            return environment;
        }
        std::thread::sleep(PAUSE);
    }
}
