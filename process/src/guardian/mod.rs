//! The guardian: a process in a session of its own that ends what a run has started when probe itself is killed.
//!
//! It reads one end of a pipe whose other end only probe holds. Probe's end closes with probe, however that dies; and
//! since a child that is about to become a program holds it too until it has become one, the guardian wakes only when
//! all of them have their own environment, by which they are known, as they are by the run's brand. The groups stand in a table in memory that both
//! share, so that a test costs two small writes and wakes nobody. Does not know what the groups run.

mod sweep;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, PipeWriter};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use parking_lot::Mutex;
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::Pid;

pub use sweep::guard;

use super::brand::Brand;

/// The word after which probe is a guardian. Nobody types it.
pub const ENTRY: &str = "__guardian";

/// `1` in the environment of a process that is no test's and may outlive the run: a guardian, or what the command of a
/// library started.
pub const DETACHED: &str = "PROBE_DETACHED";

/// The same as it stands in an environment.
pub(super) const IS_DETACHED: &str = "PROBE_DETACHED=1";

/// Bytes of an entry of the table: the number of a group, or 0.
const ENTRY_SIZE: usize = size_of::<i32>();

/// What is to be ended and removed if probe is killed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// The id of the run; its processes are known by it even outside their groups.
    pub run_id: Option<String>,
    /// What they are known by even if they give up their environment.
    pub brand: Option<Brand>,
    /// A directory that is removed.
    pub scratch: Option<PathBuf>,
}

/// Probe's side of a guardian, which is started with the first group.
#[derive(Debug)]
pub(super) struct Guardian {
    charge: Charge,
    started: OnceLock<Started>,
    starting: Mutex<()>,
}

#[derive(Debug)]
struct Started {
    table: File,
    /// Held, and never written to.
    _lifeline: PipeWriter,
    process: Mutex<Child>,
}

impl Guardian {
    /// A guardian that is not started yet.
    pub(super) fn new(charge: Charge) -> Self {
        Self { charge, started: OnceLock::new(), starting: Mutex::new(()) }
    }

    /// Starts the guardian unless it is there. Where that fails for want of processes or files, it is tried again with the
    /// next group: a run that nobody guards is still a run.
    pub(super) fn start(&self) {
        if self.started.get().is_some() {
            return;
        }
        let _one_at_a_time = self.starting.lock();
        if self.started.get().is_none()
            && let Ok(started) = Started::new(&self.charge)
        {
            // Only the holder of the lock sets it.
            let _ = self.started.set(started);
        }
    }

    /// Puts `group` into place `slot` of the table; `None` empties the place.
    pub(super) fn note(&self, slot: usize, group: Option<Pid>) {
        if let Some(started) = self.started.get() {
            let group = group.map_or(0, |group| group.as_raw_nonzero().get());
            // The table is memory: this fails only where there is none, and then the group is not guarded.
            let _ = started.table.write_all_at(&group.to_ne_bytes(), (slot * ENTRY_SIZE) as u64);
        }
    }
}

impl Started {
    fn new(charge: &Charge) -> io::Result<Self> {
        let (life, lifeline) = io::pipe()?;
        let table = File::from(memfd_create("probe-groups", MemfdFlags::CLOEXEC)?);
        let mut words = vec![OsString::from(ENTRY)];
        words.push(charge.run_id.as_deref().unwrap_or_default().into());
        words.push(charge.brand.map(Brand::to_word).unwrap_or_default().into());
        words.extend(charge.scratch.as_ref().map(OsString::from));
        let process = Command::new("/proc/self/exe")
            .arg0("probe")
            .args(words)
            .env_clear()
            .env(DETACHED, "1")
            .current_dir("/")
            .stdin(life)
            .stdout(table.try_clone()?)
            // Whoever reads probe's standard error waits for probe, and not for the guardian.
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { table, _lifeline: lifeline, process: Mutex::new(process) })
    }
}

impl Drop for Started {
    /// Everything that was guarded has ended: the guardian is not needed, and has nothing to finish.
    fn drop(&mut self) {
        let mut process = self.process.lock();
        // It cannot have been reaped by anybody else.
        let _ = process.kill();
        let _ = process.wait();
    }
}
