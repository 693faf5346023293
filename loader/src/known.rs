//! Whether what a command makes is known to be there, without running it; and that somebody else has run it. It does not know
//! how a command is run.

use crate::errands::Errand;
use crate::interface::{Host, ImportCause, ImportError, ImportSource, ImportSpec};
use crate::loader::{Loader, describe};
use crate::making::history::{History, Inputs};
use crate::store::Key;

/// What a command makes something from, as it was before the command ran.
#[derive(Debug)]
pub struct MadeInputs(Inputs);

impl Loader {
    /// Whether the command of a library would be skipped: its inputs are as at its last success, and what its paths matched is
    /// untouched. Of what is no command: no.
    ///
    /// # Errors
    ///
    /// A pattern is none, or a file cannot be read.
    pub fn is_made(&self, library: &ImportSpec, host: &dyn Host) -> Result<bool, ImportError> {
        let look = |history: &History<'_>| history.look().map(|made| made.is_some());
        self.with_history_of(library, host, look).map(Option::unwrap_or_default)
    }

    /// The inputs of a library's command as they are, to be taken before the caller runs it, or something that makes the same.
    ///
    /// # Errors
    ///
    /// A pattern matches nothing, or a file cannot be read.
    pub fn made_inputs(
        &self,
        library: &ImportSpec,
        host: &dyn Host,
    ) -> Result<Option<MadeInputs>, ImportError> {
        self.with_history_of(library, host, |history| history.inputs().map(MadeInputs))
    }

    /// Remembers that the caller has run a library's command, from these inputs, and that it has succeeded.
    ///
    /// # Errors
    ///
    /// The library is not there: one of its paths matches nothing whole.
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
