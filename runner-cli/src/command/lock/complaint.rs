//! Why `probe lock` did not do its work.

use std::fmt;

use miette::Diagnostic;
use probe_loader::PinsError;

use super::survey::Wanted;
use crate::file_names::LOCK_FILE;
use crate::ui::Ends;

/// The lock file does not say what it should.
#[derive(Debug)]
pub(super) struct OutOfDate {
    reasons: Vec<String>,
}

impl OutOfDate {
    /// What is not pinned, and what is pinned in vain; `None` if all is as it should be.
    pub(super) fn new(missing: &[&Wanted], leftover: &[(String, String)]) -> Option<Self> {
        let missing = missing
            .iter()
            .map(|wanted| format!("`{}` is not pinned for {}", wanted.library.name, wanted.key()));
        let leftover = leftover
            .iter()
            .map(|(library, key)| format!("the pin of `{library}` for {key} is left over"));
        let reasons: Vec<String> = missing.chain(leftover).collect();
        (!reasons.is_empty()).then_some(Self { reasons })
    }
}

/// There are no threads to download on.
#[derive(Debug)]
pub(super) struct NoWorkers(pub(super) rayon::ThreadPoolBuildError);

/// What was downloaded could not be pinned.
#[derive(Debug)]
pub(super) struct NotWritten(pub(super) PinsError);

impl fmt::Display for OutOfDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{LOCK_FILE}` is out of date: {}", self.reasons.join("; "))
    }
}

impl std::error::Error for OutOfDate {}

impl Ends for OutOfDate {}

impl Diagnostic for OutOfDate {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("run `probe lock`, and commit what it writes"))
    }
}

impl fmt::Display for NoWorkers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot start the downloads: {}", self.0)
    }
}

impl std::error::Error for NoWorkers {}
impl Ends for NoWorkers {}
impl Diagnostic for NoWorkers {}

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot pin what was downloaded: {}", self.0)
    }
}

impl std::error::Error for NotWritten {}
impl Ends for NotWritten {}

impl Diagnostic for NotWritten {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(
            "it lies beside the manifest, which must be a directory that you may write to",
        ))
    }
}
