//! Why a run could not begin, and the way out.

use miette::Diagnostic;

/// Why a run could not begin.
#[derive(Debug)]
pub struct RunError {
    pub(crate) what: &'static str,
    pub(crate) source: String,
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot {}: {}", self.what, self.source)
    }
}

impl std::error::Error for RunError {}

impl Diagnostic for RunError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(
            "run fewer tests at once (`-j`), or allow more processes and open files: `ulimit -u`, `ulimit -n`",
        ))
    }
}
