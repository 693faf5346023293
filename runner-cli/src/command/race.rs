//! `probe race`: the disease on scratch caches and, on request, the cure beside it.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use probe_process::find_program;
use probe_report::{remark, style};
use probe_run::Exit;

use super::race_result::{RaceResult, race_json, race_table};
use crate::args::{RaceArguments, RaceFormat};
use crate::environment::Environment;
use crate::native_files::{NativeFile, native_files};
use crate::race::{Aside, Caches, Choice, Contest, Course, Size, Tally};
use crate::ui::{Ends, Failure, print};

/// Runs the rounds and prints what they came to.
pub(crate) fn race(arguments: &RaceArguments, environment: &Environment) -> Result<Exit, Failure> {
    let (program, args) = arguments.command.split_first().expect("clap asks for a command");
    let program = find_program(program, environment.cwd(), environment.path())
        .map_err(|error| RaceError::NoProgram(error.to_string()))?;
    let run_id = format!("{:016x}", rand::random::<u64>());
    let scratch = Directory(environment.temporary().join(format!("probe-{run_id}")));
    let fresh: Vec<_> = arguments.fresh.iter().map(|path| environment.typed(path)).collect();
    let aside = Aside::move_away(&fresh, environment.cwd())?;
    let cwd = environment.cwd().to_owned();
    let withheld = environment.withheld();
    let contest = Contest::new(run_id, cwd, scratch.0.clone(), arguments.timeout, withheld)
        .map_err(|error| RaceError::NoSignals(error.to_string()))?;
    let field = Field { arguments, environment, contest, aside, scratch: &scratch.0 };

    let plain = Entrant { program: &program, args };
    // One copy alone is what each round of one copy is: a command whose own processes race.
    if arguments.copies.get() > 1
        && let Some(exit) = field.try_alone(plain)?
    {
        return Ok(exit);
    }
    let mut finds = Vec::new();
    let without = field.rounds("without probe", plain, &mut finds)?;
    let with = match arguments.with_probe && field.contest.stopped_by().is_none() {
        true => Some(field.rounds_with_probe()?),
        false => None,
    };
    let result = RaceResult {
        command: arguments.command.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        copies: arguments.copies.get(),
        jobs: arguments.jobs.get(),
        without,
        with,
        finds,
    };
    print(|out| match arguments.format {
        RaceFormat::Table => race_table(out, &result),
        RaceFormat::Json => race_json(out, &result),
    })?;
    if let Some(signal) = field.contest.stopped_by() {
        return Ok(Exit::Signal(signal));
    }
    let decisive = result.with.as_ref().unwrap_or(&result.without);
    Ok(if decisive.failed() == 0 { Exit::Passed } else { Exit::TestsFailed })
}

/// A race that is going on.
struct Field<'a> {
    arguments: &'a RaceArguments,
    environment: &'a Environment,
    contest: Contest,
    aside: Aside,
    scratch: &'a Path,
}

/// What copies run.
#[derive(Clone, Copy)]
struct Entrant<'a> {
    program: &'a Path,
    args: &'a [OsString],
}

impl Field<'_> {
    /// Runs one copy by itself: what fails then does not fail of a race, and there is nothing to show. Returns how probe
    /// ends for that.
    fn try_alone(&self, entrant: Entrant<'_>) -> Result<Option<Exit>, Failure> {
        let one = Size { copies: NonZeroUsize::MIN, jobs: NonZeroUsize::MIN };
        self.aside.empty()?;
        let caches = self.caches("alone")?;
        let round = self.contest.run(one, course(entrant, &caches));
        if let Some(signal) = self.contest.stopped_by() {
            return Ok(Some(Exit::Signal(signal)));
        }
        match round.deaths.into_iter().next() {
            Some(death) => Err(RaceError::FailsAlone { kind: death.kind, said: round.said }.into()),
            None => Ok(None),
        }
    }

    /// The same through `probe exec`, as which every copy starts this program.
    fn rounds_with_probe(&self) -> Result<Tally, Failure> {
        let this =
            std::env::current_exe().map_err(|error| RaceError::NoProgram(error.to_string()))?;
        let words = ["exec".into(), "--".into()];
        let args: Vec<OsString> =
            words.into_iter().chain(self.arguments.command.iter().cloned()).collect();
        let entrant = Entrant { program: &this, args: &args };
        self.rounds("with probe", entrant, &mut Vec::new())
    }

    /// All rounds; what the first of them brings goes to `finds`.
    fn rounds(
        &self,
        title: &str,
        entrant: Entrant<'_>,
        finds: &mut Vec<NativeFile>,
    ) -> Result<Tally, Failure> {
        let RaceArguments { rounds, copies, jobs, .. } = *self.arguments;
        let mut tally = Tally::default();
        for number in 1..=rounds.get() {
            self.aside.empty()?;
            let caches = self.caches(&format!("{}-{number}", title.replace(' ', "-")))?;
            let mut round = self.contest.run(Size { copies, jobs }, course(entrant, &caches));
            if self.contest.stopped_by().is_some() {
                // A round that was cut short says nothing.
                break;
            }
            if number == 1 {
                *finds = self.finds(&caches);
            }
            // The scratch directory means nothing to anybody.
            let home = caches.home().to_string_lossy();
            for death in &mut round.deaths {
                death.words = death.words.replace(&*home, "~");
            }
            let mut this_one = Tally::default();
            this_one.add(copies.get(), &round.deaths);
            tally.add(copies.get(), &round.deaths);
            let colour = if round.deaths.is_empty() { style::PASS } else { style::FAIL };
            let name = format!("{number}/{rounds} {title}");
            remark("ROUND", colour, &name, &this_one.to_string());
        }
        Ok(tally)
    }

    fn caches(&self, name: &str) -> Result<Caches, Failure> {
        let choice = Choice { fresh: &self.arguments.fresh_var, keep: &self.arguments.keep };
        Ok(Caches::make(self.scratch.join(name), choice, self.environment)?)
    }

    /// The native files of a round, by names that mean something without it.
    fn finds(&self, caches: &Caches) -> Vec<NativeFile> {
        let mut directories = self.aside.places().to_vec();
        directories.push(caches.home().to_owned());
        let mut finds = native_files(&directories);
        for find in &mut finds {
            let path = &find.path;
            find.path =
                match (path.strip_prefix(caches.home()), path.strip_prefix(self.environment.cwd()))
                {
                    (Ok(below), _) => Path::new("~").join(below),
                    (_, Ok(below)) => below.to_owned(),
                    _ => continue,
                };
        }
        finds
    }
}

fn course<'a>(entrant: Entrant<'a>, caches: &'a Caches) -> Course<'a> {
    Course { program: entrant.program, args: entrant.args, variables: caches.variables() }
}

/// Removed when this is dropped.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        // It is a temporary one: what cannot be removed is the system's to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Why there is no race.
#[derive(Debug)]
enum RaceError {
    NoProgram(String),
    NoSignals(String),
    /// A copy that ran by itself did not pass.
    FailsAlone {
        kind: String,
        said: String,
    },
}

impl fmt::Display for RaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgram(error) => f.write_str(error),
            Self::NoSignals(error) => write!(f, "cannot listen for signals: {error}"),
            Self::FailsAlone { kind, said } => {
                write!(f, "the command fails on empty caches even when it runs alone: {kind}")?;
                if said.is_empty() { Ok(()) } else { write!(f, "\n{said}") }
            }
        }
    }
}

impl std::error::Error for RaceError {}

impl Ends for RaceError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoProgram(_) => Exit::NotFound,
            Self::NoSignals(_) => Exit::Setup,
            Self::FailsAlone { .. } => Exit::TestsFailed,
        }
    }
}

impl Diagnostic for RaceError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::FailsAlone { .. } => Some(Box::new(
                "`--keep NAME` leaves a variable as it is, HOME for one, where the command needs more of it than caches; `--copies 1` counts how often a command fails whose own processes race, such as a test runner",
            )),
            Self::NoProgram(_) | Self::NoSignals(_) => None,
        }
    }
}
