//! `--watch` of `run`: one run after the other, as files change and keys are pressed, until somebody ends it.
//!
//! Each run opens the project anew: a new test is found, and what the manifest says by then holds. Does not know which tests
//! a change concerns, nor whose a change is.

mod round;
mod wait;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use probe_report::Destination;
use probe_run::Exit;

use self::round::round;
use self::wait::{Next, wait};
use super::changing::{self, Asked};
use super::loading::store_directory;
use super::selected::outlined;
use crate::args::RunArguments;
use crate::changed::Changes;
use crate::environment::Environment;
use crate::manifest_file::ManifestFile;
use crate::project::Opening;
use crate::ui::{Failure, enumerated, print_failure, print_note, print_warning};
use crate::watch::{
    Gathered, Ignored, Key, Keys, Looker, Terminal, Traces, Verdict, WatchError, gathered,
};

/// Names of files in one line.
const NAMED: usize = 3;

/// What is to run next.
#[derive(Clone, Debug)]
enum Wish {
    /// What the command line says.
    AsTyped,
    /// All that words and selectors choose.
    All,
    /// Of that, what has failed.
    Failed,
    /// What these changes concern.
    Changed(Changes),
}

/// All that lasts from one run to the next.
struct Watching<'a> {
    arguments: &'a RunArguments,
    environment: &'a Environment,
    base: &'a Path,
    has_git: bool,
    ignored: Ignored<'a>,
    looker: Looker,
    keys: Keys,
    terminal: Option<Terminal>,
    traces: Traces,
}

/// Runs the selected tests, and then those that each change concerns.
pub(crate) fn watch(arguments: &RunArguments, environment: &Environment) -> Result<Exit, Failure> {
    if environment.is_ci() {
        return Err(WatchError::InCi.into());
    }
    let root = ManifestFile::find(&arguments.project, environment)?.root;
    // Without Git ignore files say what counts.
    let top = Changes::top(&root, environment);
    let has_git = top.is_some();
    let base = top.unwrap_or_else(|| root.clone());
    let ignored = Ignored::new(&base, has_git, own(arguments, environment), environment);
    let looker = Looker::start(&base)?;
    let files: BTreeSet<PathBuf> = looker.files.iter().cloned().collect();
    let traces = Traces::new(ignored.names(&files));
    let terminal = Terminal::of_stdin();
    let keys = if terminal.is_some() { Keys::pressed() } else { Keys::none() };
    let base = base.as_path();
    Watching { arguments, environment, base, has_git, ignored, looker, keys, terminal, traces }
        .until_the_end()
}

impl Watching<'_> {
    fn until_the_end(mut self) -> Result<Exit, Failure> {
        let mut wish = Wish::AsTyped;
        // What the last run that came to its end has come to.
        let mut last = Exit::Passed;
        let mut is_first = true;
        loop {
            let (ended, key) = self.run(&wish, is_first);
            is_first = false;
            // What could not run, since the project could not be opened.
            let mut owed: Option<Wish> = None;
            match ended {
                Ok(exit @ Exit::Signal(_)) if key.is_none() => return Ok(exit),
                Ok(Exit::Signal(_)) => {}
                Ok(exit) => {
                    last = exit;
                    owed = (exit == Exit::ListingFailed).then(|| wish.clone());
                }
                Err(failure) => match failure.exit() {
                    Exit::Signal(_) if key.is_none() => return Err(failure),
                    // What was typed does not get better by waiting.
                    Exit::Usage => return Err(failure),
                    Exit::Signal(_) => {}
                    exit => {
                        last = exit;
                        print_failure(&*failure);
                        owed = Some(wish.clone());
                    }
                },
            }
            let next = match key {
                Some(Key::Stop) | None => self.meanwhile(),
                Some(Key::Again) => Some(wish.clone()),
                Some(key) => match self.wished(key) {
                    Next::Run(next) => Some(next),
                    Next::End(exit) => return Ok(exit.unwrap_or(last)),
                    Next::Again | Next::Wait => None,
                },
            };
            let next = match next {
                Some(next) => next,
                None => match wait(&mut self) {
                    Next::Run(next) => next,
                    Next::End(exit) => return Ok(exit.unwrap_or(last)),
                    Next::Again | Next::Wait => wish.clone(),
                },
            };
            wish = with(owed, next);
        }
    }

    /// Runs what is wished; a key that was pressed meanwhile has ended that.
    fn run(&self, wish: &Wish, is_first: bool) -> (Result<Exit, Failure>, Option<Key>) {
        let arguments = self.arguments;
        let (changed, failed) = match wish {
            Wish::AsTyped => {
                let asked = changing::ask(
                    &arguments.changed,
                    &arguments.project,
                    &arguments.selection,
                    self.environment,
                );
                match asked {
                    Ok(Asked::Nothing) => return (Ok(Exit::Passed), None),
                    Ok(asked) => (asked, arguments.failed),
                    Err(failure) => return (Err(failure), None),
                }
            }
            Wish::All => (Asked::All, false),
            Wish::Failed => (Asked::All, true),
            Wish::Changed(changes) => (Asked::Since(changes.clone()), false),
        };
        round(self, &changed, failed, is_first)
    }

    /// What a key asks for while nothing runs.
    fn wished(&self, key: Key) -> Next {
        match key {
            Key::Again => Next::Again,
            Key::All => Next::Run(Wish::All),
            Key::Failed => Next::Run(Wish::Failed),
            Key::Quit => Next::End(None),
            Key::Stop => Next::Wait,
            Key::Help => {
                explain_keys();
                Next::Wait
            }
        }
    }

    /// What is to run for what has changed while tests ran.
    fn meanwhile(&mut self) -> Option<Wish> {
        let gathered = gathered(None, &self.looker.seen);
        let files = self.counting(&gathered);
        if gathered.is_lost {
            return Some(all_since_too_much());
        }
        let (base, opened) = (self.base, OnceCell::new());
        // The tests are looked for only if a file is new.
        let (arguments, environment) = (self.arguments, self.environment);
        let opening = || opening(arguments, environment);
        let is_test = |file: &str| {
            let opening = opened.get_or_init(opening).as_ref();
            opening.is_some_and(|opening| opening.has_test_file(&base.join(file)))
        };
        let is_there = |file: &str| base.join(file).symlink_metadata().is_ok();
        let Verdict { run_again_for, written } =
            self.traces.changed_in_round(files, is_there, is_test);
        if let Some(names) = named(&written) {
            print_note(&format!("{names}: written by tests, and no reason to run them again"));
        }
        let names = named(&run_again_for)?;
        print_note(&format!("{names}: changed while tests ran"));
        Some(self.changed(run_again_for))
    }

    /// The names of the files that have changed, and count.
    fn counting(&self, gathered: &Gathered) -> Vec<String> {
        if let Some(error) = &gathered.failed {
            print_warning(error);
        }
        let names = self.ignored.counting(&gathered.paths);
        // A directory that is gone takes its files along.
        let all = names.into_iter().flat_map(|name| {
            let mut inside = match self.base.join(&name).exists() {
                true => Vec::new(),
                false => self.traces.below(&name),
            };
            if inside.is_empty() {
                inside.push(name);
            }
            inside
        });
        all.collect::<BTreeSet<String>>().into_iter().collect()
    }

    fn changed(&self, files: Vec<String>) -> Wish {
        Wish::Changed(Changes::of_files(self.base, self.has_git, files))
    }
}

/// The project as it is now, if it can be read.
fn opening(arguments: &RunArguments, environment: &Environment) -> Option<Opening> {
    Opening::read(&arguments.project, environment, &outlined(&arguments.selection)).ok()
}

/// What probe writes itself, and what is no change therefore.
fn own(arguments: &RunArguments, environment: &Environment) -> Vec<PathBuf> {
    let store = store_directory(&arguments.store.directory, environment).ok();
    let reports = arguments.reports.iter().flat_map(|reports| &reports.0);
    let reports = reports.filter_map(|report| match &report.to {
        Destination::File(path) | Destination::Made(path) => Some(path),
        Destination::Stdout => None,
    });
    reports.map(|path| environment.cwd().join(path)).chain(store).collect()
}

/// What is wished, and before it what is owed.
fn with(owed: Option<Wish>, next: Wish) -> Wish {
    match (owed, next) {
        (Some(Wish::Changed(owed)), Wish::Changed(next)) => Wish::Changed(owed.and(next)),
        (Some(owed), Wish::Changed(_)) => owed,
        (_, next) => next,
    }
}

fn all_since_too_much() -> Wish {
    print_note("more has changed at once than the system can tell: all tests run");
    Wish::All
}

/// Some of these files, and how many more there are; `None` if there is none.
fn named(files: &[String]) -> Option<String> {
    let mut names: Vec<String> = files.iter().take(NAMED).cloned().collect();
    if let Some(more) = files.len().checked_sub(NAMED + 1) {
        names.push(format!("{} more", more + 1));
    }
    enumerated(names)
}

fn explain_keys() {
    print_note(
        "Enter  runs the same again
a      runs all tests
f      runs what has failed
s      stops what runs
q      ends probe, with the exit code of the last run
Each of them stops what runs. A change waits until that has ended.",
    );
}
