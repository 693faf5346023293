//! Waits until no process writes to a file. It does not know the purpose of the file, or whether it is complete then.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::errand::{Errand, Patience};
use crate::errands::open_file;
use crate::files::{Writers, writers};
use crate::interface::ImportCause;

/// How long to wait between two checks.
const POLL: Duration = Duration::from_millis(20);

/// Waits until no process has the file at `path` open for writing. Does not wait if the file does not exist, or if its writers
/// are unknown.
///
/// # Errors
///
/// Fails if the wait is longer than the lock timeout, or if the caller cancels.
pub(crate) fn settle(errand: &Errand<'_>, path: &Path) -> Result<(), ImportCause> {
    let mut patience = None;
    loop {
        let file = match open_file(path) {
            Ok((file, _)) => file,
            Err(ImportCause::Disk { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(());
            }
            Err(cause) => return Err(cause),
        };
        if writers(&file) != Writers::Some {
            return Ok(());
        }
        drop(file);
        let patience = patience.get_or_insert_with(|| Patience::new(errand));
        let pause = patience.allow(POLL, || None).map_err(|cause| match cause {
            ImportCause::LockTimeout { .. } => ImportCause::Changing { path: path.to_owned() },
            other => other,
        })?;
        std::thread::sleep(pause);
    }
}
