//! What tests leave behind. Probe adopts every process whose parent ends, so that all of them are found below it, even one
//! that has closed its streams, left its group and its session.
//!
//! Whose an orphan is, its group says, or its environment. One that says neither is some test's, and settled at the end of
//! the run; what a library's command left is nobody's here. Orphans are reaped by number, never with whatever else has
//! ended: a test's own process is for its worker to reap. Does not know what becomes of a test that leaves something.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(target_os = "macos", test))]
mod search;

use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

use parking_lot::Mutex;

use crate::census::{self, Life};
use crate::guardian::IS_DETACHED;
use crate::handle::ProcessHandle;
use crate::leak::Leak;
use crate::outside::Outside;
use crate::process_id::ProcessId;

/// How long a killed process may take to be gone before nobody waits for it any more: it hangs in the kernel.
const DYING: Duration = Duration::from_secs(2);
/// Between two looks at something that cannot be waited for.
const PAUSE: Duration = Duration::from_millis(1);

/// A test or a service as its processes know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner<'a> {
    pub(super) group: ProcessId,
    pub(super) whose: Whose<'a>,
}

/// Whose processes they are, as their environment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The test's that runs in this slot, where no other one runs at this time.
    Slot(usize),
    /// The service's of this name.
    Service(&'a str),
}

impl Whose<'_> {
    fn variable(self) -> String {
        match self {
            Self::Slot(slot) => format!("PROBE_SLOT={slot}"),
            Self::Service(name) => format!("PROBE_SERVICE={name}"),
        }
    }
}

/// Probe as the parent of whatever has lost its own. There is one at a time.
#[derive(Debug)]
pub struct Orphans {
    /// What every process of a test of this run has in its environment.
    mark: String,
    outside: Outside,
    adoption: system::Adoption,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Children that are nobody's affair any more: no test's, or dying.
    settled: Vec<ProcessId>,
    /// Children that do not say whose they are.
    unknown: Vec<ProcessId>,
}

impl Orphans {
    /// From now on orphans are probe's, until this is dropped.
    pub fn adopt(run_id: &str, outside: Outside) -> Self {
        let mark = format!("PROBE_RUN_ID={run_id}");
        let adoption = system::adopt(&mark);
        Self { mark, outside, adoption, state: Mutex::default() }
    }

    /// The orphans of a test or a service whose own process has ended.
    pub(super) fn of(&self, owner: Owner<'_>) -> Vec<Orphan> {
        self.find(Some(owner.group), |pid, state| self.is_of(pid, owner, state), Orphan::new)
    }

    /// Kills what it has left, and what that starts meanwhile.
    pub(super) fn kill(&self, owner: Owner<'_>) {
        self.kill_while_any(Some(owner.group), |pid, state| self.is_of(pid, owner, state));
    }

    /// Names the orphans that do not say whose they are. To be asked when all tests have ended.
    pub fn unknown(&self) -> Vec<Leak> {
        self.name(&self.find(None, |pid, state| self.is_unknown(pid, state), Orphan::new))
    }

    /// Names these and all that they have started.
    pub(super) fn name(&self, orphans: &[Orphan]) -> Vec<Leak> {
        let mut pids: Vec<ProcessId> = orphans.iter().map(|orphan| orphan.pid).collect();
        let mut named = 0;
        while let Some(&pid) = pids.get(named) {
            pids.extend(census::children(pid));
            named += 1;
        }
        pids.into_iter().map(|pid| Leak::of(pid, self.outside)).collect()
    }

    /// Kills the orphans that do not say whose they are.
    pub fn kill_unknown(&self) {
        self.kill_while_any(None, |pid, state| self.is_unknown(pid, state));
    }

    /// The living orphans that `is_meant`, each as `take` has it. Until this returns none of them is reaped, so that their
    /// numbers mean them.
    fn find(
        &self,
        group: Option<ProcessId>,
        is_meant: impl Fn(ProcessId, &mut State) -> bool,
        take: impl Fn(ProcessId) -> Orphan,
    ) -> Vec<Orphan> {
        let mut state = self.state.lock();
        let orphans = self.living(group, &mut state);
        orphans.into_iter().filter(|&pid| is_meant(pid, &mut state)).map(take).collect()
    }

    /// The children of a process that is killed become orphans themselves, and are found in the next round.
    fn kill_while_any(
        &self,
        group: Option<ProcessId>,
        is_meant: impl Fn(ProcessId, &mut State) -> bool,
    ) {
        loop {
            let orphans = self.find(group, &is_meant, |pid| {
                system::kill(pid);
                Orphan::new(pid)
            });
            if orphans.is_empty() {
                return;
            }
            let deadline = Instant::now() + DYING;
            let hangs = |orphan: &&Orphan| !orphan.has_ended_by(deadline);
            let hang: Vec<ProcessId> =
                orphans.iter().filter(hangs).map(|orphan| orphan.pid).collect();
            self.state.lock().settled.extend(hang);
        }
    }

    /// The orphans that are alive and not settled. Those that have ended are reaped. Where they must be sought, whoever is in
    /// `group` is found, too.
    fn living(&self, group: Option<ProcessId>, state: &mut State) -> Vec<ProcessId> {
        let mut children = self.adoption.children(group);
        children.retain(|&pid| !system::is_reaped(pid));
        state.settled.retain(|pid| children.contains(pid));
        state.unknown.retain(|pid| children.contains(pid));
        children.retain(|pid| !state.settled.contains(pid));
        children
    }

    fn is_of(&self, pid: ProcessId, owner: Owner<'_>, state: &mut State) -> bool {
        let Some(entry) = census::entry(pid) else { return false };
        if entry.group == Some(owner.group) {
            return true;
        }
        if state.unknown.contains(&pid) {
            return false;
        }
        let environment = census::settled_environment(pid);
        if census::says(&environment, &self.mark) {
            return census::says(&environment, &owner.whose.variable());
        }
        if census::says(&environment, IS_DETACHED) {
            state.settled.push(pid);
        } else {
            state.unknown.push(pid);
        }
        false
    }

    /// All tests have ended: what still says that it is a test's is so of one that cannot be told.
    fn is_unknown(&self, pid: ProcessId, state: &mut State) -> bool {
        let environment = census::settled_environment(pid);
        let detached =
            census::says(&environment, IS_DETACHED) && !census::says(&environment, &self.mark);
        if detached {
            state.settled.push(pid);
        }
        !detached
    }
}

/// A living child of probe that it has not started.
#[derive(Debug)]
pub(super) struct Orphan {
    pid: ProcessId,
    /// `None` where the machine has no room for one.
    handle: Option<ProcessHandle>,
}

impl Orphan {
    fn new(pid: ProcessId) -> Self {
        Self { pid, handle: ProcessHandle::open(pid).ok() }
    }

    /// What tells of its end.
    pub(super) fn handle(&self) -> Option<&ProcessHandle> {
        self.handle.as_ref()
    }

    /// Blocks until the process has ended or the time is over, and says whether it has ended.
    fn has_ended_by(&self, deadline: Instant) -> bool {
        if let Some(handle) = &self.handle {
            return handle.has_ended_by(deadline);
        }
        loop {
            if census::entry(self.pid).is_none_or(|entry| entry.life == Life::Ended) {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(PAUSE);
        }
    }
}
