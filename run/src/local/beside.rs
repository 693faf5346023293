//! Runs the commands before and after a test's own process, in the same slot and with the same environment. Does not know their
//! purpose.

use std::ffi::OsString;

use probe_process::{AtStop, CommandSpec, Tenant, Whose, supervise_test};

use super::attempt_of::attempt_of;
use super::engine::LocalEngine;
use super::programs::Places;
use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::engine::Task;

impl LocalEngine<'_> {
    /// Runs the command before the test. Returns an attempt if the command failed.
    pub(super) fn prepare(&self, task: &Task<'_>, spec: &CommandSpec) -> Option<Attempt> {
        let mut attempt = self.beside(task, spec, &task.invocation.before, AtStop::Told)?;
        if let Some(words) = failure(&attempt.ending) {
            attempt.ending = Ending::Unprepared(words);
        }
        (attempt.ending != Ending::Passed).then_some(attempt)
    }

    /// Runs the command after the test in any case, unless nothing has started that it would end.
    pub(super) fn clean_up(&self, task: &Task<'_>, spec: &CommandSpec, attempt: &mut Attempt) {
        let has_begun = !task.invocation.before.is_empty()
            || !matches!(attempt.ending, Ending::NotStarted(_) | Ending::NoRoom(_));
        if !has_begun {
            return;
        }
        let cleanup = &task.invocation.cleanup;
        let Some(mut after) = self.beside(task, spec, cleanup, AtStop::Spared) else { return };
        attempt.left.append(&mut after.left);
        let words = match &after.ending {
            Ending::Passed => return,
            Ending::Interrupted => "it took longer than its grace".to_owned(),
            Ending::NoRoom(reason) => reason.clone(),
            ending => failure(ending).unwrap_or_default(),
        };
        if attempt.ending == Ending::Passed || attempt.ending.ran_nothing() {
            attempt.ending = Ending::Uncleared(words);
            attempt.output = after.output;
        } else {
            let said = after.output.last_words();
            let said = said.lines().last().map(|line| format!("; it last said: {line}"));
            let words = format!("`cleanup` failed, too: {words}{}", said.unwrap_or_default());
            let before = attempt.aside.take().map(|aside| format!("{aside}; "));
            attempt.aside = Some(before.unwrap_or_default() + &words);
        }
    }

    /// Runs a command beside the test's own to its end, in the same environment; `None` if there is none.
    fn beside(
        &self,
        task: &Task<'_>,
        spec: &CommandSpec,
        words: &[OsString],
        at_stop: AtStop,
    ) -> Option<Attempt> {
        let (program, args) = words.split_first()?;
        let path = task.invocation.path().or(self.stage.workplace.path.as_deref());
        let libraries = &self.stage.suite.libraries_before(task.test);
        let places = Places { cwd: &task.invocation.cwd, path, libraries };
        let program = match self.programs.find(program, places) {
            Ok(program) => program,
            Err(error) => return Some(Attempt::not_started(error.to_string())),
        };
        let spec = CommandSpec { program, args: args.to_vec(), at_stop, ..spec.clone() };
        let tenant =
            Tenant { orphans: &self.orphans, whose: Whose::Slot(task.slot), at_timeout: None };
        let ended = supervise_test(&spec, self.spool(), &self.watch, tenant);
        Some(attempt_of(ended, task.limits.leaks))
    }
}

/// How a command beside a test's own failed, in words; `None` if it passed, if probe was told to end, or if there was no room
/// for it.
fn failure(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Exited(code) => Some(format!("exit code {code}")),
        Ending::Killed(signal) => Some(match signal.name() {
            Some(name) => name.to_owned(),
            None => format!("signal {}", signal.number()),
        }),
        Ending::TimedOut(_) => Some("it ran into its timeout".to_owned()),
        Ending::NotStarted(reason) => Some(reason.clone()),
        Ending::Leaked => Some("it left processes behind".to_owned()),
        _ => None,
    }
}
