//! The reports that a command line asks for. Does not know what is written to them.

use std::path::Path;

use probe_report::{AskedReport, Destination};

use crate::args::ReportArguments;
use crate::environment::Environment;

/// All of them, with the home directory in place of a `~` that no shell has replaced.
pub(super) fn asked(typed: &[ReportArguments], environment: &Environment) -> Vec<AskedReport> {
    let typed = typed.iter().flat_map(|reports| &reports.0).cloned();
    typed
        .map(|report| match &report.to {
            Destination::File(path) if begins_at_home(path) => {
                AskedReport { kind: report.kind, to: Destination::File(environment.typed(path)) }
            }
            _ => report,
        })
        .collect()
}

/// Whether a path is to be shown as what it stands for: others are shown as they were typed.
fn begins_at_home(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(['~', '$']))
}
