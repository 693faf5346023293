//! Libraries that a command makes: skipped if nothing has changed, else run and checked. It does not know locks, or how a command
//! runs.

use super::history::History;
use crate::digest::Sha256;
use crate::errands::Errand;
use crate::interface::{CommandEnd, CommandFailure, CommandLine, ImportCause, ImportEvent};
use crate::locks::Work;
use crate::shelves::Stored;

/// One command and its library.
pub(crate) struct Build<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) command: &'a CommandLine,
    pub(crate) history: History<'a>,
}

/// Returns the digest of a command, as one of the things that its result depends on. Its environment does not count: it may name
/// the run, or contain secrets.
pub(crate) fn maker(command: &CommandLine) -> Sha256 {
    let mut text = Vec::new();
    let parts = [command.program.as_os_str(), command.cwd.as_os_str()];
    for part in parts.into_iter().chain(command.args.iter().map(AsRef::as_ref)) {
        text.extend_from_slice(part.as_encoded_bytes());
        text.push(0);
    }
    Sha256::of(&text)
}

impl Work for Build<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, ImportCause> {
        self.history.look()
    }

    fn make(&self) -> Result<Stored, ImportCause> {
        let inputs = self.history.inputs()?;
        let _alone = self.history.exclude_users()?;
        let (begun, _) = self.history.begin()?;
        let run = self.run();
        let again = match &run {
            // The command may take an incomplete file for a complete one.
            Ok(()) => !self.history.reject(&begun)?.is_empty(),
            Err(_) => false,
        };
        match if again { self.run() } else { run } {
            Ok(()) => self.history.finish(inputs, &begun),
            Err(cause) => {
                if let ImportCause::Command(CommandFailure {
                    end: CommandEnd::NotStarted(_), ..
                }) = cause
                {
                    self.history.give_up();
                } else {
                    self.history.fail(begun);
                }
                Err(cause)
            }
        }
    }
}

impl Build<'_> {
    fn run(&self) -> Result<(), ImportCause> {
        self.errand
            .tell(&ImportEvent::Building { library: self.errand.library, command: self.command });
        let run = self.errand.host().run(self.command);
        run.map_err(|failure| match self.errand.check() {
            Ok(()) => ImportCause::Command(failure),
            Err(cancelled) => cancelled,
        })
    }
}
