//! The guardian: a process in a session of its own that ends what a run has started when probe itself is killed.
//!
//! It reads one end of a pipe whose other end only probe holds. Probe's end closes with probe, however that dies; and
//! since a child that is about to become a program holds it too until it has become one, the guardian wakes only when
//! all of them have their own environment, by which they are known, as they are by the run's brand. The groups stand in a table in memory that both
//! share, so that a test costs two small writes and wakes nobody. Does not know what the groups run.

mod charge;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod sweep;
#[cfg(unix)]
mod unix;

use std::ffi::OsString;
use std::io::{self, PipeWriter};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
use parking_lot::Mutex;
#[cfg(unix)]
use unix::Table;

pub use charge::{Charge, DETACHED};
pub(crate) use charge::{IS_DETACHED, Ward};
pub use sweep::guard;

use crate::brand::Brand;

/// The word after which probe is a guardian. Nobody types it.
pub const ENTRY: &str = "__guardian";

/// This program once more, wherever its file is now.
///
/// # Errors
///
/// Where its file cannot be found.
pub fn myself() -> io::Result<std::process::Command> {
    system::myself()
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
    table: Table,
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

    /// Puts `ward` into place `slot` of the table; `None` empties the place.
    pub(super) fn note(&self, slot: usize, ward: Option<Ward>) {
        if let Some(started) = self.started.get() {
            started.table.note(slot, ward);
        }
    }
}

impl Started {
    fn new(charge: &Charge) -> io::Result<Self> {
        let (life, lifeline) = io::pipe()?;
        let table = Table::new(system::shared_file()?);
        let mut words = vec![OsString::from(ENTRY)];
        words.push(charge.run_id.as_deref().unwrap_or_default().into());
        words.push(charge.brand.map(Brand::to_word).unwrap_or_default().into());
        words.extend(charge.scratch.as_ref().map(OsString::from));
        let process = system::myself()?
            .args(words)
            .env_clear()
            .env(DETACHED, "1")
            .current_dir("/")
            .stdin(life)
            .stdout(table.share()?)
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
