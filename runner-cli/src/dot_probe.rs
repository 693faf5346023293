//! `.probe`, the directory beside the manifest in which probe keeps what earlier runs left: ignored by Git as a whole, and
//! never missed when it is deleted.
//!
//! Does not know what is kept in it, except for the outputs that it clears away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Its name, as messages show paths in it.
pub(crate) const NAME: &str = ".probe";

/// Runs of which the outputs are kept.
const OUTPUTS: usize = 10;

/// The directory of the project at `root`, made if need be.
pub(crate) fn directory(root: &Path) -> io::Result<PathBuf> {
    let directory = root.join(NAME);
    fs::create_dir_all(&directory)?;
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(directory)
}

/// Where long outputs of the run are kept, which has a directory only if there are any.
pub(crate) fn outputs(directory: &Path, run_id: u64) -> PathBuf {
    directory.join("output").join(format!("{run_id:016x}"))
}

/// Removes the outputs of all but the last ten runs that have any. What cannot be removed stays: the next run tries again.
pub(crate) fn clear_outputs(root: &Path) {
    let Ok(entries) = fs::read_dir(root.join(NAME).join("output")) else { return };
    let mut runs: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .collect();
    runs.sort_unstable();
    let old = runs.len().saturating_sub(OUTPUTS);
    for (_, run) in &runs[..old] {
        let _ = fs::remove_dir_all(run);
    }
}
