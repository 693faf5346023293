//! Waiting until nobody writes to a file any more. It does not know what the file is for, or whether it is whole then.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::errand::{Errand, Patience};
use crate::errands::open_file;
use crate::files::{Writers, writers};
use crate::interface::ImportCause;

/// How long to wait between two looks.
const POLL: Duration = Duration::from_millis(20);

/// Waits until nobody has the file at `path` open for writing. What is not there, or cannot be known, is not waited for.
///
/// # Errors
///
/// It takes longer than a lock may, or the caller has given up.
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
