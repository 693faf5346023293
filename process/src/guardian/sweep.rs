//! The guardian process: waits for probe's end, asks services to end, and kills until nothing of the run is left.
//!
//! A killed service may leave things that no process owns, such as shared memory. So services get a moment to end by
//! themselves, while everything else is killed at once.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::charge::{IS_DETACHED, Ward};
#[cfg(unix)]
use super::unix::{Table, withdraw};
use crate::brand::Brand;
use crate::census::{self, Entry, Life};
use crate::handle::ProcessHandle;
use crate::process_id::ProcessId;
use crate::scratch;
use crate::signal::Signal;

/// Looks in a row at all processes that must find none: what was being started during one is seen in the next.
const EMPTY_LOOKS: u32 = 2;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// The same while services end.
const LONG_PAUSE: Duration = Duration::from_millis(20);
/// How long services have to end by themselves.
const GRACE: Duration = Duration::from_secs(3);
/// What the environment of a service begins with.
const OF_SERVICE: &[u8] = b"PROBE_SERVICE=";
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
    quarry.ask();
    let started = Instant::now();
    let mut empty = 0;
    while empty < EMPTY_LOOKS && started.elapsed() < PATIENCE {
        let spares = started.elapsed() < GRACE && quarry.is_ending();
        empty = if quarry.kill_all(spares) == 0 { empty + 1 } else { 0 };
        std::thread::sleep(if spares { LONG_PAUSE } else { PAUSE });
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
    wards: Vec<Ward>,
    /// When probe had ended, on the clock of the census.
    since: u64,
}

impl Quarry {
    fn new(run_id: Option<&str>, brand: Option<Brand>) -> Self {
        Self {
            mark: run_id.map(|id| format!("PROBE_RUN_ID={id}")),
            brand,
            wards: Table::given().unwrap_or_default(),
            since: census::now().unwrap_or(u64::MAX),
        }
    }

    /// Asks those to end by themselves that have a signal for it.
    fn ask(&self) {
        let wards = self.wards();
        for pid in census::all() {
            let Some(entry) = census::entry(pid) else { continue };
            let ward = wards.iter().find(|ward| Some(ward.group) == entry.group);
            let Some(signal) = ward.and_then(|ward| ward.asked_by) else { continue };
            if let Some(process) = held(pid, entry) {
                process.signal(signal);
                // One that is stopped acts on no other.
                process.signal(Signal::CONT);
            }
        }
    }

    /// Whether somebody is alive of those who were asked to end.
    fn is_ending(&self) -> bool {
        let asked = self.wards().into_iter().filter(|ward| ward.asked_by.is_some());
        asked.into_iter().any(|ward| !census::group(ward.group).is_empty())
    }

    /// Kills what is there now, unless services are spared and it may be one's, and says how many processes were there.
    fn kill_all(&self, spares: bool) -> usize {
        let wards = self.wards();
        census::all().into_iter().filter(|&pid| self.kill(pid, &wards, spares)).count()
    }

    /// The groups whose numbers still mean what they meant. While probe lived they did, since no leader was reaped; a leader
    /// that started later is a stranger who got a number that was free again.
    fn wards(&self) -> Vec<Ward> {
        let is_ours = |ward: &&Ward| {
            let leader = census::entry(ward.group);
            leader.is_none_or(|leader| leader.started <= self.since)
        };
        self.wards.iter().filter(is_ours).copied().collect()
    }

    /// Kills a process if it belongs to the run, is alive and is not spared; says whether it belongs and is alive.
    fn kill(&self, pid: ProcessId, wards: &[Ward], spares: bool) -> bool {
        let Some(entry) = census::entry(pid) else { return false };
        let ward = wards.iter().find(|ward| Some(ward.group) == entry.group);
        if entry.life == Life::Ended || !(ward.is_some() || self.is_of_run(pid)) {
            return false;
        }
        let is_spared = match ward {
            Some(ward) => ward.asked_by.is_some(),
            None => self.may_be_of_service(pid),
        };
        if spares && is_spared {
            return true;
        }
        // What has become another user's is out of reach, and nobody waits for its end.
        held(pid, entry).is_none_or(|process| process.kill())
    }

    /// Whether a process of the run says that it is a service's, or nothing: one that has written over its environment, as
    /// databases do.
    fn may_be_of_service(&self, pid: ProcessId) -> bool {
        let environment = census::environment(pid).unwrap_or_default();
        let says = |variable: &str| census::says(&environment, variable);
        let is_named = environment
            .split(|&byte| byte == 0)
            .any(|entry| entry.len() > OF_SERVICE.len() && entry.starts_with(OF_SERVICE));
        is_named || !self.mark.as_deref().is_some_and(says)
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

/// A process that was looked at, even if it ends now and somebody else gets its number.
fn held(pid: ProcessId, entry: Entry) -> Option<ProcessHandle> {
    let process = ProcessHandle::open(pid).ok()?;
    census::entry(pid).is_some_and(|now| now.started == entry.started).then_some(process)
}
