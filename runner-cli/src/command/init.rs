//! `probe init`.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use probe_report::command;
use probe_run::Exit;
use probe_scenario::{Selection, TestId};

use crate::args::{InitArguments, ProjectArguments};
use crate::environment::Environment;
use crate::file_names::MANIFEST;
use crate::init::{Layout, has_downloads, libraries, manifest, suggestions, untaken};
use crate::manifest_file::shown;
use crate::project::error::ProjectError;
use crate::project::{Opening, Project};
use crate::ui::{Ends, Failure, tell};

/// Writes a manifest where there is none.
pub(crate) fn init(arguments: &InitArguments, environment: &Environment) -> Result<Exit, Failure> {
    let asked = arguments.manifest_path.as_deref().unwrap_or(Path::new(MANIFEST));
    let path = environment.typed(asked);
    let shown = shown(&path, environment);
    // A link that leads nowhere is something, too.
    if path.symlink_metadata().is_ok() {
        return Err(InitError::Exists { shown }.into());
    }
    let root = path.parent().unwrap_or(Path::new("/"));
    let layout = Layout::of_directory(root).map_err(InitError::Walk)?;
    let suggestions = suggestions(&layout);
    if suggestions.is_empty() {
        return Err(InitError::Nothing {
            root: root.to_owned(),
            seen: untaken(&layout, &suggestions),
        }
        .into());
    }
    let written = File::create_new(&path)
        .and_then(|mut file| file.write_all(manifest(&suggestions).as_bytes()));
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => InitError::Exists { shown: shown.clone() },
        _ => InitError::Write { shown: shown.clone(), source },
    })?;
    let mut text = format!("wrote `{shown}`\n");
    for suggestion in &suggestions {
        text.push_str(&format!("  {}\n", suggestion.summary()));
    }
    // What cannot be opened here is told by whoever runs it.
    let project = open(path, environment).ok();
    let mut suite = project.map(|project| project.suite).unwrap_or_default();
    let all: Vec<TestId> = (0..suite.tests.len()).map(TestId::new).collect();
    suite.check_jointly(&all, &[]);
    for (head, lines) in [
        ("libraries that these need", libraries(&suite)),
        ("seen, and in no suite", untaken(&layout, &suggestions)),
    ] {
        if !lines.is_empty() {
            text.push_str(&format!("{head}:\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
    }
    let command = |word| command(word, arguments.manifest_path.as_deref());
    text.push_str(&format!(
        "`{}` names the tests, `{}` runs them\n",
        command("list"),
        command("run")
    ));
    if has_downloads(&suite) {
        text.push_str(&format!(
            "`{}` pins what is fetched; `probe.lock` belongs into the repository\n",
            command("lock")
        ));
    }
    tell(&text);
    Ok(Exit::Passed)
}

/// The project with its new manifest, as far as it can be known without running anything.
fn open(path: PathBuf, environment: &Environment) -> Result<Project, ProjectError> {
    let arguments = ProjectArguments { manifest_path: Some(path), profile: None };
    Opening::read(&arguments, environment, &Selection::default())?.unlisted(environment)
}

/// Why no manifest was written.
#[derive(Debug)]
enum InitError {
    Exists { shown: String },
    Nothing { root: PathBuf, seen: Vec<String> },
    Walk(ignore::Error),
    Write { shown: String, source: io::Error },
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists { shown } => write!(f, "`{shown}` is there already"),
            Self::Nothing { root, .. } => {
                write!(f, "`{}` has no tests that probe recognises", root.display())
            }
            Self::Walk(source) => write!(f, "cannot look for tests: {source}"),
            Self::Write { shown, source } => write!(f, "cannot write `{shown}`: {source}"),
        }
    }
}

impl std::error::Error for InitError {}

impl Ends for InitError {}

impl Diagnostic for InitError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Exists { .. } => Some(Box::new(
                "it is left as it is: `probe add PRESET` adds a library to it; take it away to start afresh",
            )),
            Self::Nothing { seen, .. } => Some(Box::new(format!(
                "{}write a `{MANIFEST}` that says how to run them:\n\
                 [suite.unit]\n\
                 files = [\"tests/*.sh\"]\n\
                 run = [\"sh\", \"{{file}}\"]",
                seen.iter().map(|line| format!("seen: {line}\n")).collect::<String>()
            ))),
            Self::Walk(_) | Self::Write { .. } => None,
        }
    }
}
