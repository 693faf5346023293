//! A suite or test that a project seems to have, and the manifest that says so. Knows no project.

use std::fmt::Write;

use probe_pattern::escape;
use probe_scenario::SuiteKind;

/// What a manifest begins with.
const HEAD: &str = "\
# The tests of this project, for `probe run`. `probe list` names them, `probe schema` describes every key.
# `probe add PRESET` adds a library that tests share; [library.NAME] describes any other.
";

/// One `[suite.NAME]`, or `[test.NAME]` where there is only one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// No other suggestion has it.
    pub(super) name: String,
    /// Why it is so, and what could be otherwise: whole lines.
    pub(super) comment: Vec<String>,
    pub(super) yields: Yields,
    pub(super) run: Run,
    /// How long a test may take, where five minutes are too short.
    pub(super) timeout: Option<&'static str>,
    /// The folder that it runs in, if that is not the project's.
    pub(super) cwd: Option<String>,
}

/// How a test is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// By this command.
    Command(Vec<String>),
    /// By this command, which goes through a runner of this kind.
    Through(SuiteKind, Vec<String>),
    /// As the kind knows, with these arguments besides.
    Kind(SuiteKind, Vec<String>),
}

/// What tells the tests of a suite apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Yields {
    /// There is one test.
    One {
        /// The files that it may run: nobody else's.
        files: Vec<String>,
    },
    /// A test for each file.
    Files(Files),
    /// A test for each of these files, all of which the kind takes by itself, without those that `exclude` matches.
    OfKind { exclude: Vec<String>, names: Vec<String>, batch: Option<usize> },
    /// A test for each name that the kind knows.
    Names {
        /// The files in which they are.
        files: Vec<String>,
        /// What they are, with their number as far as names of files tell.
        found: String,
    },
}

/// The files of a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    /// What `include` finds now.
    pub(super) names: Vec<String>,
    /// How many of them one test gets, where it is not one.
    pub(super) batch: Option<usize>,
}

impl Yields {
    /// One test, of which no file is known.
    pub(super) fn one() -> Self {
        Self::One { files: Vec::new() }
    }
}

impl Suggestion {
    /// The same suggestion of a folder, as it is from the project.
    pub(super) fn moved_to(mut self, folder: &str) -> Self {
        if folder.is_empty() {
            return self;
        }
        self.cwd = Some(folder.to_owned());
        if let Yields::Files(files) = &mut self.yields {
            let pattern = |pattern: &String| format!("{}/{pattern}", escape(folder));
            files.include = files.include.iter().map(pattern).collect();
            files.exclude = files
                .exclude
                .iter()
                // One that says nothing of where it begins holds as it is.
                .map(|text| if text.starts_with("**/") { text.clone() } else { pattern(text) })
                .collect();
            files.names = files.names.iter().map(|name| format!("{folder}/{name}")).collect();
        }
        if let Yields::One { files } | Yields::Names { files, .. } = &mut self.yields {
            files.iter_mut().for_each(|name| *name = format!("{folder}/{name}"));
        }
        self
    }

    /// The files that are tests of this suite now.
    pub(super) fn files(&self) -> &[String] {
        match &self.yields {
            Yields::Files(Files { names, .. }) | Yields::OfKind { names, .. } => names,
            Yields::One { files } | Yields::Names { files, .. } => files,
        }
    }

    /// Whether it runs whatever lies below its folder.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.yields, Yields::One { .. } | Yields::Names { .. })
    }

    /// `deno: 3 files, of kind `deno`, in `packages/a``.
    pub(crate) fn summary(&self) -> String {
        let (files, batch) = match &self.yields {
            Yields::Files(Files { names, batch, .. }) | Yields::OfKind { names, batch, .. } => {
                (names.len(), *batch)
            }
            Yields::One { .. } | Yields::Names { .. } => (0, None),
        };
        let what = match (&self.yields, batch) {
            (Yields::One { .. }, _) => "one test".to_owned(),
            (Yields::Names { found, .. }, _) => found.clone(),
            (_, Some(batch)) if files <= batch => format!("{} in one process", counted(files)),
            (_, Some(batch)) => format!("{files} files, {batch} in a process"),
            (_, None) => counted(files),
        };
        let how = match &self.run {
            Run::Command(run) | Run::Through(_, run) => {
                format!("{what}, run by `{}`", run.join(" "))
            }
            Run::Kind(SuiteKind::Cargo | SuiteKind::Ctest, _) => {
                "a test for each one that is built".to_owned()
            }
            Run::Kind(kind, _) => format!("{what}, of kind `{kind}`"),
        };
        let place = self.cwd.as_deref().map(|cwd| format!(", in `{cwd}`"));
        format!("{}: {how}{}", self.name, place.unwrap_or_default())
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// The text of a manifest with these suites.
pub(crate) fn manifest(suggestions: &[Suggestion]) -> String {
    let mut text = HEAD.to_owned();
    for suggestion in suggestions {
        // Writing to a text cannot fail.
        let _ = write(&mut text, suggestion);
    }
    text
}

fn write(text: &mut String, suggestion: &Suggestion) -> std::fmt::Result {
    let Suggestion { name, comment, yields, run, timeout, cwd } = suggestion;
    writeln!(text)?;
    for line in comment {
        writeln!(text, "# {line}")?;
    }
    let is_one = matches!(yields, Yields::One { .. });
    let is_test = is_one && matches!(run, Run::Command(_));
    writeln!(text, "[{}.{name}]", if is_test { "test" } else { "suite" })?;
    if let Run::Through(kind, _) | Run::Kind(kind, _) = run {
        writeln!(text, "kind = \"{kind}\"")?;
    }
    if let Some(cwd) = cwd {
        writeln!(text, "cwd = {}", toml_edit::Value::from(cwd.as_str()))?;
    }
    match yields {
        Yields::One { .. } | Yields::Names { .. } => {}
        Yields::OfKind { exclude, .. } if exclude.is_empty() => {}
        Yields::OfKind { exclude, .. } => writeln!(text, "exclude = {}", list(exclude))?,
        Yields::Files(files) => {
            writeln!(text, "files = {}", list(&files.include))?;
            if !files.exclude.is_empty() {
                writeln!(text, "exclude = {}", list(&files.exclude))?;
            }
        }
    }
    if let Yields::Files(Files { batch: Some(batch), .. })
    | Yields::OfKind { batch: Some(batch), .. } = yields
    {
        writeln!(text, "batch = {batch}")?;
    }
    match run {
        Run::Command(run) | Run::Through(_, run) => writeln!(text, "run = {}", list(run))?,
        Run::Kind(_, args) if args.is_empty() => {}
        Run::Kind(_, args) => writeln!(text, "args = {}", list(args))?,
    }
    if let Some(timeout) = timeout {
        writeln!(text, "timeout = \"{timeout}\"")?;
    }
    Ok(())
}

fn list(words: &[String]) -> String {
    let words: Vec<String> =
        words.iter().map(|word| toml_edit::Value::from(word.as_str()).to_string()).collect();
    format!("[{}]", words.join(", "))
}

/// Words as a command has them.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
