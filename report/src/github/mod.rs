//! What GitHub Actions shows of a run by itself: an annotation for each failure, and the summary of the job.
//!
//! Knows nothing of events.

mod annotation;
mod page;
mod quoted;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::record::Record;
use annotation::annotations;
pub use quoted::Quoted;

/// The properties of a GitHub Actions job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GithubJob {
    /// The directory of the repository. Paths in annotations are relative to it.
    pub workspace: Option<PathBuf>,
    /// The file for the summary of the step.
    pub summary: Option<PathBuf>,
}

/// Writes annotations to `out`, and appends the summary to its file. `root` is the project's directory.
pub(super) fn write(
    out: &mut dyn Write,
    job: &GithubJob,
    root: &Path,
    record: &Record,
) -> io::Result<()> {
    let folder = job.workspace.as_ref().and_then(|workspace| root.strip_prefix(workspace).ok());
    for line in annotations(record, folder.unwrap_or(Path::new("")), job.summary.is_some()) {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    let Some(path) = &job.summary else { return Ok(()) };
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(page::page(record).as_bytes())
}
