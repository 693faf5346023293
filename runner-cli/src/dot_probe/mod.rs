//! `.probe`, the directory beside the manifest in which probe keeps what earlier runs left: ignored by Git as a whole, and
//! never missed when it is deleted.
//!
//! It comes with the project, from whoever wrote that: nothing in it is followed to another place, and nothing is removed but
//! what has a name of probe's own. Does not know what is kept in it, except for the outputs that it clears away.

mod kept_runs;

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub(crate) use kept_runs::{KeptRun, chosen, clear_runs, log, runs};

/// Its name, as messages show paths in it.
pub(crate) const NAME: &str = ".probe";

/// The directory of outputs in it.
const OUTPUT: &str = "output";

/// Runs of which the outputs are kept.
const OUTPUTS: usize = 10;

/// The directory of the project at `root`, made if need be.
///
/// # Errors
///
/// It cannot be made, or something else is there.
pub(crate) fn directory(root: &Path) -> io::Result<PathBuf> {
    let directory = root.join(NAME);
    make(&directory)?;
    match File::create_new(directory.join(".gitignore")) {
        Ok(mut ignore) => ignore.write_all(b"*\n")?,
        // Whatever is there.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    Ok(directory)
}

/// The directory for long outputs of the run, made if need be; there is one only if there are any.
///
/// # Errors
///
/// As [`directory`].
pub(crate) fn outputs(root: &Path, run_id: u64) -> io::Result<PathBuf> {
    let all = directory(root)?.join(OUTPUT);
    make(&all)?;
    let own = all.join(run_name(run_id));
    make(&own)?;
    Ok(own)
}

/// Why nothing of these names in the directory of the project at `root` can be used, if so: it, or one of them, is there and
/// is no file of probe's own.
pub(crate) fn refuses_files<'n>(
    root: &Path,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let refused = |name: &str| refusal(root, &format!("{NAME}/{name}"), fs::Metadata::is_file);
    refusal(root, NAME, fs::Metadata::is_dir).or_else(|| names.into_iter().find_map(refused))
}

/// The same of the directory for long outputs. Of the one around it [`refuses_files`] tells.
pub(crate) fn refuses_outputs(root: &Path) -> Option<String> {
    is_own(&root.join(NAME)).then_some(())?;
    refusal(root, &format!("{NAME}/{OUTPUT}"), fs::Metadata::is_dir)
}

/// Removes the outputs of all but the last ten runs that have any. What cannot be removed stays: the next run tries again.
pub(crate) fn clear_outputs(root: &Path) {
    let directory = root.join(NAME);
    let output = directory.join(OUTPUT);
    if !is_own(&directory) || !is_own(&output) {
        return;
    }
    let Ok(entries) = fs::read_dir(output) else { return };
    let mut runs: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let is_run = entry.file_name().to_str().is_some_and(is_run_name);
            // Not what a link leads to.
            let found = entry.metadata().ok().filter(|found| is_run && found.is_dir())?;
            Some((found.modified().ok()?, entry.path()))
        })
        .collect();
    runs.sort_unstable();
    let old = runs.len().saturating_sub(OUTPUTS);
    for (_, run) in &runs[..old] {
        let _ = fs::remove_dir_all(run);
    }
}

/// What is wrong with something in the project; nothing if it is as it `should_be`, or not there.
fn refusal(root: &Path, shown: &str, should_be: impl Fn(&fs::Metadata) -> bool) -> Option<String> {
    let found = root.join(shown).symlink_metadata().ok().filter(|found| !should_be(found))?;
    Some(if found.is_symlink() {
        format!("`{shown}` is a symbolic link, which probe does not follow: remove it")
    } else {
        format!("`{shown}` is something else than what probe keeps there: remove it")
    })
}

/// Whether it is a directory, and not a link to one.
fn is_own(directory: &Path) -> bool {
    directory.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// Makes a directory, unless it is there.
fn make(directory: &Path) -> io::Result<()> {
    match DirBuilder::new().create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_own(directory) => Ok(()),
        made => made,
    }
}

fn run_name(run_id: u64) -> String {
    format!("{run_id:016x}")
}

fn is_run_name(name: &str) -> bool {
    u64::from_str_radix(name, 16).is_ok_and(|run_id| run_name(run_id) == name)
}
