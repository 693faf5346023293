//! Suites whose tests a command lists: the commands are run at once, under the same supervision as tests, and what they
//! printed is handed on.
//!
//! Does not know what a listing means; the manifest's reader takes the names out of it.

mod cargo;
mod command;
mod ctest;
pub(crate) mod error;

use std::ffi::OsString;
use std::path::Path;
use std::sync::atomic::AtomicUsize;

use probe_process::{Brand, Charge, Orphans, StoppableWatch};
use probe_run::{OUTSIDE, TestLimits};
use probe_scenario::{CargoTests, CtestTests, Listing, Rule, SuiteId, SuiteRule};
use rayon::prelude::*;

use crate::environment::Environment;
use command::{Desk, Lister};
use error::ListingError;

/// A suite whose tests are to be listed.
#[derive(Debug)]
pub(crate) struct ToList<'m> {
    pub(crate) suite: SuiteRule<'m>,
    /// Libraries that it needs and that are not there, each with why.
    pub(crate) missing: Vec<(String, String)>,
    /// What its tests will find in their environment, as far as that is the same for all.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// What holds for its tests.
    pub(crate) limits: TestLimits,
}

/// What names the tests of a suite.
#[derive(Debug)]
pub(crate) enum Listed {
    /// What its listing command printed.
    Output(String),
    /// What Cargo has built for it.
    Cargo(Vec<CargoTests>),
    /// What CTest has listed for it.
    Ctest(Vec<CtestTests>),
}

/// A suite, and what its listing came to.
type SuiteListed = (SuiteId, Result<Listed, ListingError>);

/// What the listing commands of `suites` came to.
///
/// # Errors
///
/// Nobody can listen for signals, or probe was told to stop.
pub(crate) fn list_all(
    root: &Path,
    suites: &[ToList<'_>],
    environment: &Environment,
) -> Result<Vec<SuiteListed>, ListingError> {
    let Some(first) = suites.first() else { return Ok(Vec::new()) };
    let run_id = format!("{:016x}", rand::random::<u64>());
    let orphans = Orphans::adopt(&run_id, OUTSIDE);
    let charge = Charge { run_id: Some(run_id.clone()), brand: Brand::take(), scratch: None };
    let watch = StoppableWatch::start(charge, OUTSIDE).map_err(|error| ListingError::Failed {
        suite: first.suite.name.to_owned(),
        command: "the listing".to_owned(),
        why: format!("cannot listen for signals: {error}"),
        help: None,
        said: String::new(),
    })?;
    let desk = Desk {
        root,
        environment,
        run_id: &run_id,
        watch: watch.watch(),
        orphans: &orphans,
        slots: &AtomicUsize::new(0),
    };
    let list_one = |to_list: &ToList<'_>| (to_list.suite.id, list(desk, to_list));
    // On threads of the pool, even if there is but one suite: the children of probe's first thread are taken for orphans.
    let results: Vec<SuiteListed> = rayon::scope(|_| suites.par_iter().map(list_one).collect());
    orphans.kill_unknown();
    watch.end().map_or(Ok(results), |signal| Err(ListingError::Interrupted(signal.number())))
}

/// Lists one suite.
fn list(desk: Desk<'_>, to_list: &ToList<'_>) -> Result<Listed, ListingError> {
    let ToList { suite, missing, env, limits } = to_list;
    let cwd = suite
        .cwd
        .map_or_else(|| desk.root.to_owned(), |cwd| desk.environment.resolve(desk.root, cwd));
    let lister = Lister { desk, suite: suite.name, cwd, env, limits: *limits };
    let listed = match suite.rule {
        Rule::List(Listing { run, .. }) => lister.command(run).printed().map(Listed::Output),
        Rule::Cargo(args) => cargo::list(&lister, args).map(Listed::Cargo),
        Rule::Ctest { directory, preset, args } => {
            ctest::list(&lister, directory, preset.as_deref(), args).map(Listed::Ctest)
        }
        Rule::Files(_) | Rule::Single | Rule::Kind(_) => unreachable!("no command lists it"),
    };
    // Many a listing can do without, and then the tests are known that are blocked.
    listed.map_err(|error| match missing.first() {
        Some((library, why)) => error.with_help(format!(
            "it needs the library `{library}`, which could not be prepared: {why}"
        )),
        None => error,
    })
}
