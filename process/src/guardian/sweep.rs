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

/// How many searches in a row must find no process. A process that was starting during one is found by the next.
const EMPTY_LOOKS: u32 = 2;
/// The delay between searches.
const PAUSE: Duration = Duration::from_millis(5);
/// The delay between searches while services end.
const LONG_PAUSE: Duration = Duration::from_millis(20);
/// How long services may take to end by themselves.
const GRACE: Duration = Duration::from_secs(3);
/// The start of the variable that marks processes of services.
const OF_SERVICE: &[u8] = b"PROBE_SERVICE=";
/// When the guardian gives up on processes that cannot be killed because they hang in the kernel.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs as the guardian. `words` are the id of the run, its brand, and a directory to remove.
pub fn guard(words: &[OsString]) {
    withdraw();
    let mut lifeline = io::stdin().lock();
    // probe never writes, so this returns when probe has ended.
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

/// The processes to kill.
struct Quarry {
    /// The text in the environment of every process of the run.
    mark: Option<String>,
    /// The mark of processes that have given up their environment.
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

    /// Asks the groups to end that have a signal for that.
    fn ask(&self) {
        let wards = self.wards();
        for pid in census::all() {
            let Some(entry) = census::entry(pid) else { continue };
            let ward = wards.iter().find(|ward| Some(ward.group) == entry.group);
            let Some(signal) = ward.and_then(|ward| ward.asked_by) else { continue };
            if let Some(process) = held(pid, entry) {
                process.signal(signal);
                // A stopped process reacts to no other signal.
                process.signal(Signal::CONT);
            }
        }
    }

    /// Whether any process that was asked to end is still alive.
    fn is_ending(&self) -> bool {
        let asked = self.wards().into_iter().filter(|ward| ward.asked_by.is_some());
        asked.into_iter().any(|ward| !census::group(ward.group).is_empty())
    }

    /// Kills all processes of the run, except those that may belong to services if `spares` is true. Returns how many there
    /// were.
    fn kill_all(&self, spares: bool) -> usize {
        let wards = self.wards();
        census::all().into_iter().filter(|&pid| self.kill(pid, &wards, spares)).count()
    }

    /// The groups whose numbers are still valid. They were valid while probe lived, because no leader was reaped. A leader that
    /// started later is another process that got a free number.
    fn wards(&self) -> Vec<Ward> {
        let is_ours = |ward: &&Ward| {
            let leader = census::entry(ward.group);
            leader.is_none_or(|leader| leader.started <= self.since)
        };
        self.wards.iter().filter(is_ours).copied().collect()
    }

    /// Kills a process if it belongs to the run, is alive and is not spared. Returns whether it belongs to the run and is
    /// alive.
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
        // A process of another user is out of reach, and the guardian does not wait for its end.
        held(pid, entry).is_none_or(|process| process.kill())
    }

    /// Whether a process of the run says that it belongs to a service, or says nothing because it has overwritten its
    /// environment, as databases do.
    fn may_be_of_service(&self, pid: ProcessId) -> bool {
        let environment = census::environment(pid).unwrap_or_default();
        let says = |variable: &str| census::says(&environment, variable);
        let is_named = environment
            .split(|&byte| byte == 0)
            .any(|entry| entry.len() > OF_SERVICE.len() && entry.starts_with(OF_SERVICE));
        is_named || !self.mark.as_deref().is_some_and(says)
    }

    /// Whether a process says or shows that the run started it. A guardian, or a process that a library's command left behind,
    /// shows it but belongs to no test.
    fn is_of_run(&self, pid: ProcessId) -> bool {
        let is_branded = self.brand.is_some_and(|brand| brand.is_on(pid));
        let environment = census::environment(pid).unwrap_or_default();
        let says = |variable: &str| census::says(&environment, variable);
        self.mark.as_deref().is_some_and(says) || (is_branded && !says(IS_DETACHED))
    }
}

/// A handle on a process that was looked at, even if it ends now and another one gets its number.
fn held(pid: ProcessId, entry: Entry) -> Option<ProcessHandle> {
    let process = ProcessHandle::open(pid).ok()?;
    census::entry(pid).is_some_and(|now| now.started == entry.started).then_some(process)
}
