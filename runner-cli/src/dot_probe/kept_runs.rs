//! The logs of the last runs, in `.probe/runs`, and the pages that are made of them when somebody asks.
//!
//! Knows neither what stands in a log nor who reads it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use miette::Diagnostic;

use super::{directory, is_own, is_run_name, make, run_name};
use crate::ui::Ends;

/// The directory of logs in the directory of probe.
const RUNS: &str = "runs";

/// Runs of which the log is kept.
const KEPT: usize = 10;

/// A run whose log is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptRun {
    /// What names it.
    pub(crate) id: String,
    pub(crate) log: PathBuf,
    /// Where a page of it can be.
    pub(crate) page: PathBuf,
}

/// There is no such run.
#[derive(Debug)]
pub(crate) enum NoRun {
    /// There is none at all.
    Ever,
    /// None has this id.
    Of(String),
}

/// The log of a new run, empty.
///
/// # Errors
///
/// It cannot be made, or something else is there.
pub(crate) fn log(root: &Path, run_id: u64) -> io::Result<File> {
    let all = directory(root)?.join(RUNS);
    make(&all)?;
    File::create_new(all.join(format!("{}.jsonl", run_name(run_id))))
}

/// The runs whose logs are kept, the last one first.
pub(crate) fn runs(root: &Path) -> Vec<KeptRun> {
    let directory = root.join(super::NAME);
    let all = directory.join(RUNS);
    if !is_own(&directory) || !is_own(&all) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(&all) else { return Vec::new() };
    let mut runs: Vec<(SystemTime, KeptRun)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let id = entry.file_name().to_str()?.strip_suffix(".jsonl")?.to_owned();
            // Not what a link leads to.
            let found =
                entry.metadata().ok().filter(|found| is_run_name(&id) && found.is_file())?;
            let page = all.join(format!("{id}.html"));
            Some((found.modified().ok()?, KeptRun { id, log: entry.path(), page }))
        })
        .collect();
    runs.sort_by(|(left, one), (right, other)| right.cmp(left).then_with(|| one.id.cmp(&other.id)));
    runs.into_iter().map(|(_, run)| run).collect()
}

/// Those of `runs` that are asked for by the beginning of an id, if they are.
///
/// # Errors
///
/// There is none.
pub(crate) fn chosen(mut runs: Vec<KeptRun>, asked: Option<&str>) -> Result<Vec<KeptRun>, NoRun> {
    if let Some(asked) = asked {
        runs.retain(|run| run.id.starts_with(asked));
    }
    match (runs.is_empty(), asked) {
        (false, _) => Ok(runs),
        (true, Some(asked)) => Err(NoRun::Of(asked.to_owned())),
        (true, None) => Err(NoRun::Ever),
    }
}

/// Removes the logs and pages of all but the last ten runs. What cannot be removed stays: the next run tries again.
pub(crate) fn clear_runs(root: &Path) {
    for KeptRun { log, page, .. } in runs(root).into_iter().skip(KEPT) {
        let _ = fs::remove_file(log);
        let _ = fs::remove_file(page);
    }
}

impl std::fmt::Display for NoRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ever => f.write_str("no run of this project is known"),
            Self::Of(id) => write!(f, "no run is kept whose id begins with `{id}`"),
        }
    }
}

impl std::error::Error for NoRun {}

impl Diagnostic for NoRun {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(match self {
            Self::Ever => {
                "`probe run` runs the tests; the logs of the last ten runs are kept in `.probe`"
            }
            Self::Of(_) => "the last ten runs are kept: `probe history` shows their ids",
        }))
    }
}

impl Ends for NoRun {}
