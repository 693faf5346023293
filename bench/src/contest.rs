//! Programs that are run and measured in turn. Does not know what they do, nor what is asked of them.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::measure::{MEASURE, Sample};
use crate::outcome::Outcome;

/// A program as one row runs it.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    words: Vec<OsString>,
    directory: PathBuf,
    variables: Vec<(OsString, OsString)>,
    /// Removed before each start, so that every round begins with nothing.
    forgets: Vec<PathBuf>,
    /// How many are started at once, and all waited for.
    copies: usize,
}

impl Program {
    /// `words` in `directory`; the first is the program.
    pub(crate) fn new<W: Into<OsString>>(
        name: &str,
        words: impl IntoIterator<Item = W>,
        directory: &Path,
    ) -> Self {
        let words = words.into_iter().map(Into::into).collect();
        let (variables, forgets) = (Vec::new(), Vec::new());
        let (name, directory) = (name.to_owned(), directory.to_owned());
        Self { name, words, directory, variables, forgets, copies: 1 }
    }

    /// Under another name.
    pub(crate) fn called(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// With this variable besides those of the benchmark.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Without what an earlier round has left there, a file or a directory.
    pub(crate) fn forgetting(mut self, path: impl Into<PathBuf>) -> Self {
        self.forgets.push(path.into());
        self
    }

    /// So many at once.
    pub(crate) fn copies(mut self, copies: usize) -> Self {
        self.copies = copies;
        self
    }

    /// Runs it to its end, and says what that took.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails.
    pub(crate) fn run(&self) -> Outcome<Sample> {
        for path in &self.forgets {
            // What is not there is forgotten already.
            let _ = std::fs::remove_dir_all(path);
            let _ = std::fs::remove_file(path);
        }
        let mut command = Command::new(env::current_exe()?);
        command.arg(MEASURE).arg(self.copies.to_string()).args(&self.words);
        command.current_dir(&self.directory).stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output()?;
        let sample = Sample::read(&String::from_utf8_lossy(&output.stdout));
        sample.filter(|_| output.status.success()).ok_or_else(|| {
            let why = String::from_utf8_lossy(&output.stderr);
            let place = self.directory.display();
            format!("{} ({:?} in {place}): {}", self.name, self.words, why.trim()).into()
        })
    }
}

/// The samples of each program, round by round; all run once in every round, in turn.
pub(crate) fn rounds(programs: &[Program], rounds: usize) -> Outcome<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::with_capacity(rounds); programs.len()];
    for _ in 0..rounds {
        for (program, samples) in programs.iter().zip(&mut samples) {
            samples.push(program.run()?);
        }
    }
    Ok(samples)
}
