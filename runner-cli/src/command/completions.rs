//! `probe completions`.

use probe_run::Exit;

use crate::args::CompletionsArguments;
use crate::completion;
use crate::environment::Environment;
use crate::ui::{Failure, print};

/// Prints the script for a shell.
pub(crate) fn completions(
    arguments: &CompletionsArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let completer = environment.program().to_string_lossy().into_owned();
    print(|out| completion::write_script(arguments.shell, &completer, out))?;
    Ok(Exit::Passed)
}
