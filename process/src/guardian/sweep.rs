//! The guardian's own life: it waits for probe's end, and then kills until nothing of the run is left.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::charge::IS_DETACHED;
#[cfg(unix)]
use super::unix::{Table, withdraw};
use crate::brand::Brand;
use crate::census::{self, Life};
use crate::handle::ProcessHandle;
use crate::process_id::ProcessId;
use crate::scratch;

/// Looks in a row at all processes that must find none: what was being started during one is seen in the next.
const EMPTY_LOOKS: u32 = 2;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// When the guardian gives up on what cannot be killed, since it hangs in the kernel.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lives as a guardian; `words` are the id of the run, its brand, and a directory to remove.
pub fn guard(words: &[OsString]) {
    withdraw();
    let mut lifeline = io::stdin().lock();
    // Probe writes nothing: this returns when it has ended.
    while let Err(error) = lifeline.read(&mut [0]) {
        if error.kind() != io::ErrorKind::Interrupted {
            break;
        }
    }
    let word = |index: usize| words.get(index).and_then(|word| word.to_str());
    let run_id = word(0).filter(|id| !id.is_empty());
    let quarry = Quarry::new(run_id, word(1).and_then(Brand::from_word));
    let started = Instant::now();
    let mut empty = 0;
    while empty < EMPTY_LOOKS && started.elapsed() < PATIENCE {
        empty = if quarry.kill_all() == 0 { empty + 1 } else { 0 };
        std::thread::sleep(PAUSE);
    }
    if let Some(directory) = words.get(2).map(PathBuf::from) {
        scratch::remove(&directory);
    }
}

/// Which processes are to be killed.
struct Quarry {
    /// What every process of the run has in its environment.
    mark: Option<String>,
    /// What it has if it has given up its environment.
    brand: Option<Brand>,
    groups: Vec<ProcessId>,
    /// When probe had ended, on the clock of the census.
    since: u64,
}

impl Quarry {
    fn new(run_id: Option<&str>, brand: Option<Brand>) -> Self {
        Self {
            mark: run_id.map(|id| format!("PROBE_RUN_ID={id}")),
            brand,
            groups: Table::given().unwrap_or_default(),
            since: census::now().unwrap_or(u64::MAX),
        }
    }

    /// Kills what is there now, and says how many processes that were.
    fn kill_all(&self) -> usize {
        let groups: Vec<ProcessId> =
            self.groups.iter().copied().filter(|&id| self.is_ours(id)).collect();
        census::all().into_iter().filter(|&pid| self.kill(pid, &groups)).count()
    }

    /// Whether the number of a group still means what it meant. While probe lived it did, since the leader was not reaped;
    /// a leader that started later is a stranger who got a number that was free again.
    fn is_ours(&self, group: ProcessId) -> bool {
        let leader = census::entry(group);
        leader.is_none_or(|leader| leader.started <= self.since)
    }

    /// Kills a process if it belongs to the run and is alive.
    fn kill(&self, pid: ProcessId, groups: &[ProcessId]) -> bool {
        let Some(entry) = census::entry(pid) else { return false };
        let is_in_group = entry.group.is_some_and(|group| groups.contains(&group));
        if entry.life == Life::Ended || !(is_in_group || self.is_of_run(pid)) {
            return false;
        }
        // What is killed is what was looked at, even if it ends now and somebody else gets its number.
        let Ok(process) = ProcessHandle::open(pid) else { return true };
        if census::entry(pid).is_some_and(|now| now.started == entry.started) {
            // What has become another user's is out of reach, and nobody waits for its end.
            return process.kill();
        }
        true
    }

    /// Whether a process says itself, or shows, that the run has started it. A guardian, or what a library's command has left
    /// behind, shows it and is no test's.
    fn is_of_run(&self, pid: ProcessId) -> bool {
        let is_branded = self.brand.is_some_and(|brand| brand.is_on(pid));
        let environment = census::environment(pid).unwrap_or_default();
        let says = |variable: &str| census::says(&environment, variable);
        self.mark.as_deref().is_some_and(says) || (is_branded && !says(IS_DETACHED))
    }
}
