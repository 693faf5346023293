//! Libraries that only tests make, behind a command that starts its tests itself, so that none of them can go first: what
//! makes them before it, as far as that is known.
//!
//! Runs nothing, and does not know what becomes of a failure.

mod alone;
mod interpreter;
mod maker;

use std::ffi::OsString;
use std::path::Path;

use probe_pattern::PatternSet;
use probe_scenario::{
    Collection, Ecosystem, Lead, LeadFor, LibraryId, Link, Source, Suite, Trace, collection, lead,
};

use crate::discovery::own_files;
use crate::environment::Environment;
use alone::may_be_parallel;
use interpreter::interpreter;
pub(crate) use maker::Maker;
use maker::{Draft, Makers};

/// A library that only tests make and that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MadeByTests {
    pub(crate) library: LibraryId,
    /// How that is known; `None` if it is declared, and no source is seen to need it.
    pub(crate) trace: Option<Trace>,
}

/// What is to be done about them.
#[derive(Debug, Default)]
pub(crate) struct Leading {
    /// What makes some of them.
    pub(crate) makers: Vec<Maker>,
    /// The others, of which nothing is known but that the command itself makes them: it stands for what does.
    pub(crate) left: Vec<Maker>,
}

/// The command, and where it would run.
#[derive(Clone, Copy)]
pub(crate) struct Behind<'a> {
    pub(crate) command: &'a [OsString],
    /// The project's directory.
    pub(crate) root: &'a Path,
    pub(crate) environment: &'a Environment,
}

impl Leading {
    /// What makes the libraries of `needed` before `behind` starts.
    pub(crate) fn new(suite: &Suite, needed: &[MadeByTests], behind: Behind<'_>) -> Self {
        let Behind { command, root, environment } = behind;
        let words: Option<Vec<String>> =
            command.iter().map(|word| word.to_str().map(str::to_owned)).collect();
        let words = words.unwrap_or_default();
        let collection = match collection(&words) {
            Collection::By(_) if !may_be_parallel(&words, root, environment) => Collection::Alone,
            collection => collection,
        };
        if needed.is_empty() || collection == Collection::Alone {
            return Self::default();
        }
        let has_deno = words.first().is_some_and(|program| program.ends_with("deno"))
            || ["deno.json", "deno.jsonc"].iter().any(|name| root.join(name).is_file());
        let mut makers = Makers::new(root, environment);
        let mut left = Makers::new(root, environment);
        for &MadeByTests { library, trace } in needed {
            let Some(trace) = trace else { continue };
            let known = &suite.libraries[library.index()];
            let lead = known.preset.as_deref().and_then(lead).unwrap_or_default();
            let chain = suite.findings.chain(trace);
            let (Some(first), Some(Link { text, .. })) = (chain.first(), chain.last()) else {
                continue;
            };
            let subject = LeadFor { version: known.version.as_deref(), specifier: text };
            let by_command = Ecosystem::of_file(&first.file, has_deno)
                .iter()
                .find_map(|&ecosystem| lead.command(ecosystem, subject));
            let artefact = match &known.source {
                Source::Leader { artefact, .. } => artefact.clone(),
                Source::Url(_)
                | Source::Path { .. }
                | Source::Command { .. }
                | Source::Check { .. } => continue,
            };
            let paths = Lead::filled(&lead.paths, subject);
            let mut files = suite.findings.sources(trace);
            files.extend(matching(root, &Lead::filled(&lead.inputs, subject)));
            let draft = Draft {
                library,
                paths: if paths.is_empty() { artefact.paths } else { paths },
                inputs: artefact.inputs,
                files,
            };
            match (by_command, &collection) {
                (Some(mut command), _) => {
                    if command.first().is_some_and(|program| program == "python3") {
                        command.splice(..1, interpreter(&words, root, environment));
                    }
                    makers.add(&command, root, draft);
                }
                (None, Collection::By(command)) if lead.is_made_by_loading => {
                    makers.add(command, environment.cwd(), draft);
                }
                // What somebody has declared so is for `probe run`, and said so.
                (None, _) if known.line.is_some() => {}
                (None, _) => {
                    left.add_place(&words, environment.cwd(), draft);
                }
            }
        }
        Self { makers: makers.finish(suite), left: left.finish(suite) }
    }
}

/// The files of the project at `root` that `patterns` match.
fn matching(root: &Path, patterns: &[String]) -> Vec<String> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let (patterns, _) = PatternSet::new(patterns.iter().map(String::as_str));
    let mut files = own_files(root);
    files.retain(|file| patterns.matches(file));
    files
}
