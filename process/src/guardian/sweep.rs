//! The guardian's own life: it waits for probe's end, and then kills until nothing of the run is left.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::super::brand::Brand;
use super::super::procfs::{self, Life, Stat};
use super::{ENTRY_SIZE, IS_DETACHED};
use crate::scratch;

/// Looks in a row at all processes that must find none: what was being started during one is seen in the next.
const EMPTY_LOOKS: u32 = 2;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// When the guardian gives up on what cannot be killed, since it hangs in the kernel.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lives as a guardian; `words` are the id of the run, its brand, and a directory to remove.
pub fn guard(words: &[OsString]) {
    // Away from the terminal, whose signals are not for the guardian. It is no leader of a group, so that this succeeds.
    let _ = rustix::process::setsid();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        // Whoever ends all of a user's processes does not mean that tests should live on. On failure they do.
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
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
    groups: Vec<i32>,
    /// When probe had ended, in ticks since the machine was started.
    since: u64,
}

impl Quarry {
    fn new(run_id: Option<&str>, brand: Option<Brand>) -> Self {
        Self {
            mark: run_id.map(|id| format!("PROBE_RUN_ID={id}")),
            brand,
            groups: groups().unwrap_or_default(),
            since: procfs::now().unwrap_or(u64::MAX),
        }
    }

    /// Kills what is there now, and says how many processes that were.
    fn kill_all(&self) -> usize {
        let groups: Vec<i32> = self.groups.iter().copied().filter(|&id| self.is_ours(id)).collect();
        procfs::all().into_iter().filter(|&pid| self.kill(pid, &groups)).count()
    }

    /// Whether the number of a group still means what it meant. While probe lived it did, since the leader was not reaped;
    /// a leader that started later is a stranger who got a number that was free again.
    fn is_ours(&self, group: i32) -> bool {
        let leader = Pid::from_raw(group).and_then(procfs::stat);
        leader.is_none_or(|leader| leader.started <= self.since)
    }

    /// Kills a process if it belongs to the run and is alive.
    fn kill(&self, pid: Pid, groups: &[i32]) -> bool {
        let Some(stat) = procfs::stat(pid) else { return false };
        if stat.life == Life::Ended || !(groups.contains(&stat.group) || self.is_of_run(pid)) {
            return false;
        }
        // What is killed is what was looked at, even if it ends now and somebody else gets its number.
        let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return true };
        if procfs::stat(pid).is_some_and(|now: Stat| now.started == stat.started) {
            // What has become another user's is out of reach, and nobody waits for its end.
            return pidfd_send_signal(&process, Signal::KILL) != Err(Errno::PERM);
        }
        true
    }

    /// Whether a process says itself, or shows, that the run has started it. A guardian, or what a library's command has left
    /// behind, shows it and is no test's.
    fn is_of_run(&self, pid: Pid) -> bool {
        let is_branded = self.brand.is_some_and(|brand| brand.is_on(pid));
        let environment = procfs::environment(pid).unwrap_or_default();
        let says = |variable: &str| procfs::says(&environment, variable);
        self.mark.as_deref().is_some_and(says) || (is_branded && !says(IS_DETACHED))
    }
}

/// The groups that were registered when probe ended. The table is the guardian's standard output.
fn groups() -> io::Result<Vec<i32>> {
    use std::io::Seek;
    let mut table = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    table.rewind()?;
    let mut bytes = Vec::new();
    table.read_to_end(&mut bytes)?;
    let entries = bytes.chunks_exact(ENTRY_SIZE);
    let numbers =
        entries.map(|entry| i32::from_ne_bytes(entry.try_into().expect("the size of one")));
    Ok(numbers.filter(|&group| group > 1).collect())
}
