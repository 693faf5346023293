//! Programs that are run and timed in turn. Does not know what they do, nor what is asked of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

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

    /// Runs it to its end, and says how long that took.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails: the time of a failure is the time of something else.
    pub(crate) fn time(&self) -> Outcome<Duration> {
        for path in &self.forgets {
            // What is not there is forgotten already.
            let _ = std::fs::remove_dir_all(path);
            let _ = std::fs::remove_file(path);
        }
        let started = Instant::now();
        let mut children = Vec::new();
        for _ in 0..self.copies {
            children.push(self.command().spawn().map_err(|error| self.fails(&error))?);
        }
        for mut child in children {
            let status = child.wait()?;
            if !status.success() {
                return Err(self.fails(&status).into());
            }
        }
        Ok(started.elapsed())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).current_dir(&self.directory);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn fails(&self, why: &dyn std::fmt::Display) -> String {
        format!("{} ({:?} in {}): {why}", self.name, self.words, self.directory.display())
    }
}

/// The times of each program, round by round; all run once in every round, in turn.
pub(crate) fn times(programs: &[&Program], rounds: usize) -> Outcome<Vec<Vec<Duration>>> {
    let mut times = vec![Vec::with_capacity(rounds); programs.len()];
    for _ in 0..rounds {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(program.time()?);
        }
    }
    Ok(times)
}

/// The least, the middle and the greatest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// # Panics
    ///
    /// Of no numbers.
    pub(crate) fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let median = numbers[numbers.len() / 2];
        Self { least: numbers[0], median, greatest: numbers[numbers.len() - 1] }
    }
}
