//! Whether a command's result is known to be there, without running the command; and a record that the caller has run it. It does
//! not know how a command runs.

use crate::errands::Errand;
use crate::interface::{Host, ImportCause, ImportError, ImportSource, ImportSpec};
use crate::loader::{Loader, describe};
use crate::making::history::{History, Inputs};
use crate::store::Key;

/// The inputs of a command, as they were before it ran.
#[derive(Debug)]
pub struct MadeInputs(Inputs);

impl Loader {
    /// Whether an import would skip the library's command: its inputs are unchanged since its last success, and so is what its
    /// paths matched. `false` if the library does not come from a command.
    ///
    /// # Errors
    ///
    /// Fails if a pattern is invalid, or a file cannot be read.
    pub fn is_made(&self, library: &ImportSpec, host: &dyn Host) -> Result<bool, ImportError> {
        let look = |history: &History<'_>| history.look().map(|made| made.is_some());
        self.with_history_of(library, host, look).map(Option::unwrap_or_default)
    }

    /// Returns the current inputs of a library's command. Call it before you run the command, or anything else that makes the
    /// same.
    ///
    /// # Errors
    ///
    /// Fails if a pattern matches nothing, or a file cannot be read.
    pub fn made_inputs(
        &self,
        library: &ImportSpec,
        host: &dyn Host,
    ) -> Result<Option<MadeInputs>, ImportError> {
        self.with_history_of(library, host, |history| history.inputs().map(MadeInputs))
    }

    /// Records that the caller has run a library's command from these inputs with success.
    ///
    /// # Errors
    ///
    /// Fails if the library is not there: one of its paths matches nothing complete.
    pub fn note_made(
        &self,
        library: &ImportSpec,
        MadeInputs(inputs): MadeInputs,
        host: &dyn Host,
    ) -> Result<(), ImportError> {
        let note = |history: &History<'_>| history.finish(inputs, &history.begun()?).map(drop);
        self.with_history_of(library, host, note).map(drop)
    }

    fn with_history_of<T>(
        &self,
        library: &ImportSpec,
        host: &dyn Host,
        act: impl FnOnce(&History<'_>) -> Result<T, ImportCause>,
    ) -> Result<Option<T>, ImportError> {
        let ImportSource::Command { command, paths, inputs } = &library.source else {
            return Ok(None);
        };
        let salt = Key::new([library.name.as_bytes()]).salt();
        let errand = Errand::new(&library.name, self.settings(), host, salt);
        let history = self.history(&errand, library.kind, command, (paths, inputs));
        let result = act(&history).map_err(|cause| {
            ImportError::new(&library.name, describe(&library.source), cause, Vec::new())
        });
        result.map(Some)
    }
}
