//! What makes one library or several, as the loader knows it: a command, and what says that it need not run again.

use std::path::{Path, PathBuf};

use probe_loader::{CommandLimits, CommandLine, ImportSource, ImportSpec, Pattern};
use probe_scenario::{LibraryId, Suite};

use crate::environment::Environment;
use crate::plan::kind;
use crate::system::MACHINE;

/// A command that makes libraries.
#[derive(Clone, Debug)]
pub(crate) struct Maker {
    /// The libraries, the one after which it is called first.
    pub(crate) libraries: Vec<LibraryId>,
    pub(crate) spec: ImportSpec,
}

/// What is known of one library that is to be made.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) library: LibraryId,
    /// Patterns of where it is afterwards.
    pub(super) paths: Vec<String>,
    /// Patterns of what it is made from.
    pub(super) inputs: Vec<String>,
    /// Files of the project that it is made from.
    pub(super) files: Vec<String>,
}

/// Makers on their way.
pub(super) struct Makers<'a> {
    root: &'a Path,
    environment: &'a Environment,
    commands: Vec<Sketch>,
}

/// A command with what it makes.
struct Sketch {
    words: Vec<String>,
    cwd: PathBuf,
    drafts: Vec<Draft>,
}

impl<'a> Makers<'a> {
    pub(super) fn new(root: &'a Path, environment: &'a Environment) -> Self {
        Self { root, environment, commands: Vec::new() }
    }

    /// `words`, run in `cwd`, make what `draft` is of, and everything else that they make.
    pub(super) fn add(&mut self, words: &[String], cwd: &Path, draft: Draft) {
        self.add_to(|known| known.words == words, words, cwd, draft);
    }

    /// The same where each place is known by itself, and nothing is run.
    pub(super) fn add_place(&mut self, words: &[String], cwd: &Path, draft: Draft) {
        let paths = draft.paths.clone();
        let is_one = |known: &Sketch| known.drafts.iter().any(|known| known.paths == paths);
        self.add_to(is_one, words, cwd, draft);
    }

    fn add_to(
        &mut self,
        is_one: impl Fn(&Sketch) -> bool,
        words: &[String],
        cwd: &Path,
        draft: Draft,
    ) {
        match self.commands.iter_mut().find(|known| is_one(known)) {
            Some(known) => known.drafts.push(draft),
            None => self.commands.push(Sketch {
                words: words.to_owned(),
                cwd: cwd.to_owned(),
                drafts: vec![draft],
            }),
        }
    }

    pub(super) fn finish(self, suite: &Suite) -> Vec<Maker> {
        let Self { root, environment, commands } = self;
        commands.into_iter().map(|sketch| sketch.finish(suite, root, environment)).collect()
    }
}

impl Sketch {
    fn finish(self, suite: &Suite, root: &Path, environment: &Environment) -> Maker {
        let pattern = |pattern: &String| environment.resolve_pattern(root, pattern);
        let file = |file: &String| environment.resolve_pattern(root, &Pattern::escape(file));
        let (mut paths, mut inputs) = (Vec::new(), Vec::new());
        for draft in &self.drafts {
            paths.extend(draft.paths.iter().map(pattern));
            inputs.extend(draft.inputs.iter().map(pattern));
            inputs.extend(draft.files.iter().map(file));
        }
        if paths.is_empty() {
            // Nothing shows that it is there but that it was made on this machine; and what is kept of one machine, by a CI
            // system say, may come to another one.
            let here = MACHINE.iter().filter(|file| Path::new(file).is_file());
            inputs.extend(here.map(|&file| file.to_owned()));
        }
        for patterns in [&mut paths, &mut inputs] {
            patterns.sort_unstable();
            patterns.dedup();
        }
        let mut words = self.words.into_iter();
        let command = CommandLine {
            program: words.next().unwrap_or_default().into(),
            args: words.map(Into::into).collect(),
            cwd: self.cwd,
            env: Vec::new(),
            limits: limits(),
        };
        let libraries: Vec<LibraryId> = self.drafts.iter().map(|draft| draft.library).collect();
        let first = &suite.libraries[libraries[0].index()];
        let source = ImportSource::Command { command, paths, inputs };
        let spec = ImportSpec { kind: kind(first), ..ImportSpec::new(&first.name, source) };
        Maker { libraries, spec }
    }
}

/// As long as the command of a library may take.
fn limits() -> CommandLimits {
    let usual = probe_scenario::CommandLimits::default();
    CommandLimits { timeout: Some(usual.timeout), silence: Some(usual.silence) }
}
