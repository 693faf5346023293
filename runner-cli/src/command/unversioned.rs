//! The warning that a library was detected, and that nothing can be done for it.

use std::fmt;

use miette::{Diagnostic, Severity};
use probe_scenario::{Detected, Unversioned};

use super::reason::Chain;
use crate::ui::print_failure;

/// Warns of every library of which nothing says the version.
pub(super) fn warn(detected: &Detected) {
    for library in &detected.unversioned {
        print_failure(&Warning(library));
    }
}

#[derive(Debug)]
struct Warning<'a>(&'a Unversioned);

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unversioned { preset, chain } = self.0;
        write!(
            f,
            "`{preset}` is needed, but no lock file says its version, so it is not imported: {}",
            Chain(chain)
        )
    }
}

impl std::error::Error for Warning<'_> {}

impl Diagnostic for Warning<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Warning)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let preset = &self.0.preset;
        Some(Box::new(format!(
            "check the lock file in, or write a library with `preset = \"{preset}\"` and `version`; `detect = false` says \
             that nothing is to be detected"
        )))
    }
}
