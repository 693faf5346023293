//! `probe inspect`.

use probe_loader::inspect;
use probe_run::Exit;

use crate::args::InspectArguments;
use crate::ui::{Failure, print};

/// Prints the verdict on each file; an exit code of 1 says that one of them cannot be loaded here.
pub(crate) fn inspect_files(arguments: &InspectArguments) -> Result<Exit, Failure> {
    let verdicts: Vec<_> = arguments.files.iter().map(|file| (file, inspect(file))).collect();
    print(|out| {
        verdicts
            .iter()
            .try_for_each(|(file, verdict)| writeln!(out, "{}: {verdict}", file.display()))
    })?;
    let whole = verdicts.iter().all(|(_, verdict)| verdict.is_whole());
    Ok(if whole { Exit::Passed } else { Exit::Damaged })
}
