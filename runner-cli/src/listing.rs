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
use probe_scenario::{Listing, Manifest, Rule, SuiteId, SuiteRule, write_duration};
use rayon::prelude::*;

use crate::environment::Environment;
use crate::exit::Exit;
use crate::process::{
    Capture, Captured, Cause, Charge, CommandSpec, ENDING, Listener, Orphans, Signal, Tenant,
    TimeLimits, Watch, find_program, supervise_test,
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

/// What every listing command is run with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    root: &'a Path,
    limits: TestLimits,
    environment: &'a Environment,
    /// What the processes of all of them know themselves by.
    run_id: &'a str,
    watch: &'a Watch,
    orphans: &'a Orphans,
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
    let run_id = format!("{:016x}", rand::random::<u64>());
    let orphans = Orphans::adopt(&run_id);
    let charge = Charge { run_id: Some(run_id.clone()), scratch: None };
    let watch = Arc::new(Watch::start(charge));
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
    let desk =
        Desk { root, limits, environment, run_id: &run_id, watch: &watch, orphans: &orphans };
    let list_one = |(slot, suite): (usize, &SuiteRule<'_>)| {
        let Rule::List(listing) = suite.rule else { unreachable!("only these were kept") };
        Ok((suite.id, list(desk, slot, suite, listing)?))
    };
    // On threads of the pool, even if there is but one suite: the children of probe's first thread are taken for orphans.
    let results: Vec<Result<(SuiteId, String), ListingError>> =
        rayon::scope(|_| suites.par_iter().enumerate().map(list_one).collect());
    orphans.kill_unknown();
    drop(signals);
    match told.load(Ordering::SeqCst) {
        0 => results.into_iter().collect(),
        signal => Err(ListingError::Interrupted(signal)),
    }
}

/// What one command prints on its standard output. Nothing that it has started is alive afterwards, in its group or out
/// of it: no test runs yet that could make use of it.
fn list(
    desk: Desk<'_>,
    slot: usize,
    suite: &SuiteRule<'_>,
    listing: &Listing,
) -> Result<String, ListingError> {
    let Desk { root, limits, environment, run_id, watch, orphans } = desk;
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
        env: vec![
            ("PROBE".into(), "1".into()),
            ("PROBE_RUN_ID".into(), run_id.into()),
            ("PROBE_SLOT".into(), slot.to_string().into()),
        ],
        cwd,
        limits: TimeLimits { timeout: Some(limits.timeout), grace: limits.grace },
        capture: Capture::Split,
    };
    let ended = supervise_test(&command, root, watch, Tenant { orphans, slot })
        .map_err(|error| failed(format!("cannot be run: {error}"), String::new()))?;
    let why = match (ended.cause, ended.status.code(), ended.status.signal()) {
        (Some(Cause::Timeout(_)), ..) => {
            format!("ran into the `timeout` of `[run]`, {}", write_duration(limits.timeout))
        }
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
