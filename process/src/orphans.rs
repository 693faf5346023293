//! Finds what tests leave behind. probe adopts every process whose parent ends, so it finds all of them among its descendants,
//! even a process that has closed its streams and left its group and session.
//!
//! The group or the environment of an orphan says whom it belongs to. If neither does, it belongs to some test, and is ended
//! after all tests. Processes that a library's command left are ignored here. Orphans are reaped one by one by number, because
//! a worker reaps its test's own process. Does not know what follows for a test that leaves something.

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

/// How long a killed process may take to disappear. After that it hangs in the kernel, and nothing waits for it any more.
const DYING: Duration = Duration::from_secs(2);
/// The delay between looks at something that cannot be waited for.
const PAUSE: Duration = Duration::from_millis(1);

/// A test or a service, as its processes identify it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner<'a> {
    pub(super) group: ProcessId,
    pub(super) whose: Whose<'a>,
}

/// The owner of processes, as their environment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The test in this slot, where only one test runs at a time.
    Slot(usize),
    /// The service with this name.
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

/// Makes probe the parent of every descendant that loses its own. Only one exists at a time.
#[derive(Debug)]
pub struct Orphans {
    /// The text in the environment of every process of this run's tests.
    mark: String,
    outside: Outside,
    adoption: system::Adoption,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Children that need no more attention: they belong to no test, or are dying.
    settled: Vec<ProcessId>,
    /// Children that do not say whom they belong to.
    unknown: Vec<ProcessId>,
}

impl Orphans {
    /// Makes probe adopt orphans until this is dropped.
    pub fn adopt(run_id: &str, outside: Outside) -> Self {
        let mark = format!("PROBE_RUN_ID={run_id}");
        let adoption = system::adopt(&mark);
        Self { mark, outside, adoption, state: Mutex::default() }
    }

    /// The orphans of a test or a service whose own process has ended.
    pub(super) fn of(&self, owner: Owner<'_>) -> Vec<Orphan> {
        self.find(Some(owner.group), |pid, state| self.is_of(pid, owner, state), Orphan::new)
    }

    /// Kills the orphans of a test or a service, and what they start meanwhile.
    pub(super) fn kill(&self, owner: Owner<'_>) {
        self.kill_while_any(Some(owner.group), |pid, state| self.is_of(pid, owner, state));
    }

    /// Describes the orphans that do not say whom they belong to. Call it after all tests have ended.
    pub fn unknown(&self) -> Vec<Leak> {
        self.name(&self.find(None, |pid, state| self.is_unknown(pid, state), Orphan::new))
    }

    /// Describes these orphans and their descendants.
    pub(super) fn name(&self, orphans: &[Orphan]) -> Vec<Leak> {
        let mut pids: Vec<ProcessId> = orphans.iter().map(|orphan| orphan.pid).collect();
        let mut named = 0;
        while let Some(&pid) = pids.get(named) {
            pids.extend(census::children(pid));
            named += 1;
        }
        pids.into_iter().map(|pid| Leak::of(pid, self.outside)).collect()
    }

    /// Kills the orphans that do not say whom they belong to.
    pub fn kill_unknown(&self) {
        self.kill_while_any(None, |pid, state| self.is_unknown(pid, state));
    }

    /// The living orphans for which `is_meant` is true, each as `take` returns it. None of them is reaped before this returns,
    /// so their numbers stay valid.
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

    /// Children of a killed process become orphans themselves. The next round finds them.
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

    /// The orphans that are alive and not settled. Reaps those that have ended. Where orphans must be searched for, also finds
    /// the processes in `group`.
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

    /// All tests have ended, so an orphan that still says that it belongs to a test belongs to an unknown one.
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

/// A living child of probe that probe did not start.
#[derive(Debug)]
pub(super) struct Orphan {
    pid: ProcessId,
    /// `None` if the machine has no room for a handle.
    handle: Option<ProcessHandle>,
}

impl Orphan {
    fn new(pid: ProcessId) -> Self {
        Self { pid, handle: ProcessHandle::open(pid).ok() }
    }

    /// The handle that reports its end.
    pub(super) fn handle(&self) -> Option<&ProcessHandle> {
        self.handle.as_ref()
    }

    /// Blocks until the process has ended or the time is over. Returns whether it has ended.
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
