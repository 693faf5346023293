//! The guardian: a process in its own session that ends what a run has started if probe itself is killed.
//!
//! It reads from a pipe whose other end only probe holds, so the pipe closes when probe dies in any way. A child that is not
//! yet a program holds the pipe too. So the guardian wakes only when all children have their own environment, by which it knows
//! them, as it does by the run's brand. The table of groups is in memory that both share, so a test costs two small writes and
//! wakes no process. Does not know what the groups run.

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

/// The first argument that makes probe a guardian. Users do not type it.
pub const ENTRY: &str = "__guardian";

/// Returns a command that runs this program again, wherever its file is now.
///
/// # Errors
///
/// Fails if the program's file cannot be found.
pub fn myself() -> io::Result<std::process::Command> {
    system::myself()
}

/// probe's side of a guardian. The guardian starts with the first group.
#[derive(Debug)]
pub(super) struct Guardian {
    charge: Charge,
    started: OnceLock<Started>,
    starting: Mutex<()>,
}

#[derive(Debug)]
struct Started {
    table: Table,
    /// Kept open, and never written to.
    _lifeline: PipeWriter,
    process: Mutex<Child>,
}

impl Guardian {
    /// A guardian that has not started yet.
    pub(super) fn new(charge: Charge) -> Self {
        Self { charge, started: OnceLock::new(), starting: Mutex::new(()) }
    }

    /// Starts the guardian unless it runs already. If that fails for lack of processes or files, the next group tries again: a
    /// run without a guardian is still a run.
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
            // A reader of probe's standard error waits for probe to end, not for the guardian.
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { table, _lifeline: lifeline, process: Mutex::new(process) })
    }
}

impl Drop for Started {
    /// Everything that was guarded has ended, so the guardian has nothing left to do.
    fn drop(&mut self) {
        let mut process = self.process.lock();
        // No other code can have reaped it.
        let _ = process.kill();
        let _ = process.wait();
    }
}
