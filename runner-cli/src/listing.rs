//! Suites whose tests a command lists: the commands are run at once, under the same supervision as tests, and what they
//! printed is handed on.
//!
//! Does not know what a listing means; the manifest's reader takes the names out of it.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use miette::Diagnostic;
use probe_scenario::{Listing, Manifest, Rule, SuiteId, SuiteRule};
use rayon::prelude::*;

use crate::environment::Environment;
use crate::exit::Exit;
use crate::process::{
    Capture, Captured, Cause, Charge, CommandSpec, ENDING, Listener, Signal, TimeLimits, Watch,
    find_program, supervise,
};
use crate::project::TestLimits;
use crate::ui::Ends;

/// Why the tests of a suite are not known.
#[derive(Debug)]
pub(crate) enum ListingError {
    /// Probe received this signal meanwhile.
    Interrupted(i32),
    /// The command of a suite did not do its work.
    Failed {
        suite: String,
        command: String,
        /// Fits after the command: "exited with 3".
        why: String,
        /// The end of what it said.
        said: String,
    },
}

/// What the listing commands print, by suite. Where several fail, the first one of the manifest is told of.
///
/// # Errors
///
/// A command could not be run, failed, took too long, or printed something other than text; or probe was told to stop.
pub(crate) fn list_all(
    root: &Path,
    manifest: &Manifest,
    limits: TestLimits,
    environment: &Environment,
) -> Result<Vec<(SuiteId, String)>, ListingError> {
    let listed = |suite: SuiteRule<'_>| match suite.rule {
        Rule::List(_) => true,
        Rule::Files(_) | Rule::Single | Rule::Kind(_) => false,
    };
    let suites: Vec<SuiteRule<'_>> = manifest.suites().filter(|&suite| listed(suite)).collect();
    if suites.is_empty() {
        return Ok(Vec::new());
    }
    let watch = Arc::new(Watch::start(Charge::default()));
    let told = Arc::new(AtomicI32::new(0));
    let (to_watch, to_tell) = (Arc::clone(&watch), Arc::clone(&told));
    let heard = move |signal| {
        // The second one does not wait for the grace.
        let again = to_tell.swap(signal, Ordering::SeqCst) != 0;
        let passed_on = if again { Some(Signal::KILL) } else { Signal::from_named_raw(signal) };
        to_watch.stop_all(passed_on.unwrap_or(Signal::KILL));
    };
    let signals = Listener::start(ENDING, heard).map_err(|error| ListingError::Failed {
        suite: suites[0].name.to_owned(),
        command: "the listing".to_owned(),
        why: format!("cannot listen for signals: {error}"),
        said: String::new(),
    })?;
    let results: Vec<Result<(SuiteId, String), ListingError>> = suites
        .par_iter()
        .map(|suite| {
            let Rule::List(listing) = suite.rule else { unreachable!("only these were kept") };
            Ok((suite.id, list(root, suite, listing, limits, environment, &watch)?))
        })
        .collect();
    drop(signals);
    match told.load(Ordering::SeqCst) {
        0 => results.into_iter().collect(),
        signal => Err(ListingError::Interrupted(signal)),
    }
}

/// What one command prints on its standard output.
fn list(
    root: &Path,
    suite: &SuiteRule<'_>,
    listing: &Listing,
    limits: TestLimits,
    environment: &Environment,
    watch: &Watch,
) -> Result<String, ListingError> {
    let failed = |why: String, said: String| ListingError::Failed {
        suite: suite.name.to_owned(),
        command: listing.run.join(" "),
        why,
        said,
    };
    let cwd = suite.cwd.map_or_else(|| root.to_owned(), |cwd| environment.resolve(root, cwd));
    let (program, args) = listing.run.split_first().expect("the reader wants a program");
    let program = find_program(program.as_ref(), &cwd, environment.path())
        .map_err(|error| failed(format!("cannot be run: {error}"), String::new()))?;
    let command = CommandSpec {
        program,
        args: args.iter().map(Into::into).collect(),
        env: vec![("PROBE".into(), "1".into())],
        cwd,
        limits: TimeLimits { timeout: Some(limits.timeout), grace: limits.grace },
        capture: Capture::Split,
    };
    let ended = supervise(&command, root, watch)
        .map_err(|error| failed(format!("cannot be run: {error}"), String::new()))?;
    let why = match (ended.cause, ended.status.code(), ended.status.signal()) {
        (Some(Cause::Timeout), ..) => format!("took longer than {:?}", limits.timeout),
        (Some(Cause::Interrupted), ..) => "was interrupted".to_owned(),
        (None, Some(0), _) => {
            let Captured::Split { stdout, .. } = &ended.output else {
                unreachable!("its streams are kept apart")
            };
            let printed = stdout.whole().map_err(|error| {
                failed(format!("printed more than could be kept: {error}"), String::new())
            })?;
            return String::from_utf8(printed).map_err(|_| {
                failed("printed something that is not UTF-8".to_owned(), String::new())
            });
        }
        (None, Some(code), _) => format!("exited with {code}"),
        (None, None, signal) => {
            format!("was killed by signal {}", signal.expect("what did not exit was killed"))
        }
    };
    Err(failed(why, ended.output.last_words()))
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted(_) => f.write_str("interrupted while the tests were listed"),
            Self::Failed { suite, command, why, .. } => {
                write!(f, "cannot list the tests of suite `{suite}`: `{command}` {why}")
            }
        }
    }
}

impl std::error::Error for ListingError {}

impl Diagnostic for ListingError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Failed { said, .. } if !said.is_empty() => {
                Some(Box::new(format!("it said:\n{said}")))
            }
            Self::Failed { .. } | Self::Interrupted(_) => None,
        }
    }
}

impl Ends for ListingError {
    fn exit(&self) -> Exit {
        match *self {
            Self::Interrupted(signal) => {
                Exit::Signal(u8::try_from(signal).expect("signal numbers are small"))
            }
            Self::Failed { .. } => Exit::ListingFailed,
        }
    }
}
