//! `probe env`.

use probe_report::BriefDetail;
use probe_run::Exit;

use super::preloading::{Preloaded, Request, preload};
use crate::args::{EnvArguments, EnvFormat};
use crate::environment::Environment;
use crate::ui::{Failure, print_exactly, print_warning};
use crate::variables::{Format, Text};

/// Imports libraries, and prints the variables that say where they are.
pub(crate) fn env(arguments: &EnvArguments, environment: &Environment) -> Result<Exit, Failure> {
    let request = Request {
        names: &arguments.libraries,
        skipped: &arguments.skip.skip,
        command: &[],
        project: &arguments.project,
        store: &arguments.store,
        imports: &arguments.imports,
        detail: BriefDetail::News,
        progress: arguments.progress,
    };
    let variables = match preload(request, environment)? {
        Preloaded::Ready(ready) => ready.variables,
        Preloaded::Not(exit) => return Ok(exit),
    };
    let text = Text::new(
        &variables,
        match arguments.format {
            EnvFormat::Sh => Format::Sh,
            EnvFormat::Json => Format::Json,
        },
    );
    for left_out in &text.left_out {
        print_warning(left_out);
    }
    print_exactly(&text.bytes)?;
    Ok(Exit::Passed)
}
