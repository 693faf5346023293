//! Completion of the command line: what a shell asks for while somebody types, and the script that makes it ask.
//!
//! Runs nothing and writes nothing: tests that only a command could list are known from earlier runs.

mod known;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};
use probe_scenario::{ReportKind, quoted_value};

use crate::args::{Arguments, Detail, Shell};
use crate::environment::Environment;
use crate::topic::Topic;

use known::Known;

/// What a shell sets to its own name when it asks.
const VARIABLE: &str = "PROBE_COMPLETE";

/// Answers a shell that asks for completions of `words`; `false` where none does.
///
/// # Errors
///
/// The answer cannot be written, or the shell is unknown.
pub(crate) fn answer(words: &[OsString], environment: &Environment) -> Result<bool, clap::Error> {
    let project = Asked { manifest_path: manifest_path(words), environment: environment.clone() };
    let described = || with_candidates(Arguments::described(Detail::All), &project);
    CompleteEnv::with_factory(described).var(VARIABLE).try_complete(words, Some(environment.cwd()))
}

/// Writes what makes a shell ask the program `completer`.
///
/// # Errors
///
/// It cannot be written.
pub(crate) fn write_script(
    shell: Shell,
    completer: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let shell: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Zsh => &Zsh,
    };
    shell.write_registration(VARIABLE, "probe", "probe", completer, out)
}

/// The project that the typed words mean.
#[derive(Clone, Debug)]
struct Asked {
    manifest_path: Option<PathBuf>,
    environment: Environment,
}

impl Asked {
    /// What may stand somewhere, by what the project knows when it is asked; no names where there is no sound manifest.
    fn candidates(
        &self,
        of: impl Fn(Known) -> BTreeSet<String> + Send + Sync + 'static,
    ) -> ArgValueCandidates {
        let asked = self.clone();
        let known = move || Known::of(asked.manifest_path.as_deref(), &asked.environment);
        ArgValueCandidates::new(move || plain(&of(known().unwrap_or_default())))
    }
}

/// The command line, with what may stand where only the project knows it.
fn with_candidates(command: Command, asked: &Asked) -> Command {
    let is_help = command.get_name() == "help";
    command
        .mut_args(|argument| with_candidates_of(argument, is_help, asked))
        .mut_subcommands(|command| with_candidates(command, asked))
}

/// An argument with its candidates, by its name in `args`.
fn with_candidates_of(argument: Arg, is_of_help: bool, asked: &Asked) -> Arg {
    let candidates = match argument.get_id().as_str() {
        "filters" | "why" | "test" => asked.candidates(|known| known.tests),
        "libraries" => asked.candidates(|known| known.libraries),
        "needs" if argument.get_action().takes_values() => {
            asked.candidates(|known| known.libraries)
        }
        "selector" => asked.candidates(selectors),
        "profile" => asked.candidates(|known| known.profiles),
        "preset" => asked.candidates(|_| probe_scenario::preset_names().into_iter().collect()),
        "reports" => ArgValueCandidates::new(reports),
        "about" if is_of_help => ArgValueCandidates::new(topics),
        _ => return argument,
    };
    argument.add(candidates)
}

fn topics() -> Vec<CompletionCandidate> {
    let probe = Arguments::described(Detail::All);
    let commands = probe.get_subcommands().map(|command| {
        CompletionCandidate::new(command.get_name()).help(command.get_about().cloned())
    });
    let topics = Topic::ALL.into_iter().map(|topic| {
        CompletionCandidate::new(topic.name()).help(Some(StyledStr::from(topic.title())))
    });
    topics.chain(commands).collect()
}

/// `junit=`, after which a shell leaves no blank.
fn reports() -> Vec<CompletionCandidate> {
    let of = |kind: &ReportKind| CompletionCandidate::new(format!("{kind}="));
    ReportKind::ALL.iter().map(of).collect()
}

fn selectors(known: Known) -> BTreeSet<String> {
    let kinds = [("tag", known.tags), ("suite", known.suites), ("library", known.libraries)];
    let of_kind = |(kind, names): (&'static str, BTreeSet<String>)| {
        names.into_iter().map(move |name| format!("{kind}:{}", quoted_value(&name)))
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// Names that a shell takes as they are: bash would split others at their blanks and quotes.
fn plain(names: &BTreeSet<String>) -> Vec<CompletionCandidate> {
    let is_plain =
        |name: &&String| name.chars().all(|c| c.is_alphanumeric() || "@%+=:,./_-".contains(c));
    names.iter().filter(is_plain).map(CompletionCandidate::new).collect()
}

/// The last manifest that the words name.
fn manifest_path(words: &[OsString]) -> Option<PathBuf> {
    words.windows(2).rev().find_map(|pair| {
        let joined = pair[1].to_str().and_then(|word| word.strip_prefix("--manifest-path="));
        let apart = (pair[0] == "--manifest-path").then(|| PathBuf::from(&pair[1]));
        joined.map(PathBuf::from).or(apart)
    })
}
