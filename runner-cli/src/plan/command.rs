//! From a test to the command that runs it: its program found, its arguments and environment filled in.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use probe_process::{Capture, CommandSpec, TimeLimits, find_program};
use probe_scenario::{Library, LibraryId, Piece, Streams, Suite, Template, Test};

use super::Given;
use crate::environment::Environment;
use crate::project::Project;

/// Where the loader of Linux looks for libraries first.
const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";

/// Which attempt of which run a process is, as it is told itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempted<'a> {
    pub(crate) run_id: &'a str,
    /// Counted from 1.
    pub(crate) number: u32,
}

/// What a test runs, or why it cannot: the reason is one of this test alone.
pub(super) fn test_command<'p>(
    project: &Project,
    test: &Test,
    environment: &Environment,
    attempted: Attempted<'_>,
    given: &Given,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Result<CommandSpec, String> {
    let cwd = test
        .cwd
        .as_ref()
        .map_or_else(|| project.root.clone(), |cwd| environment.resolve(&project.root, cwd));
    let mut env: Vec<(OsString, OsString)> = vec![
        ("PROBE".into(), "1".into()),
        ("PROBE_RUN_ID".into(), attempted.run_id.into()),
        ("PROBE_TEST_NAME".into(), test.to_string().into()),
        ("PROBE_ATTEMPT".into(), attempted.number.to_string().into()),
    ];
    let mut own =
        library_variables(&project.suite, test.needs.iter().map(|need| need.library), &path_of);
    own.extend(given.variables(test).iter().map(|(name, value)| (name.into(), value.into())));
    let unknown = Cell::new(None);
    let written = |library| {
        let path = path_of(library);
        if path == Path::new("") {
            unknown.set(Some(library));
        }
        path
    };
    own.extend(test.env.iter().map(|(name, value)| (name.as_ref().into(), value.render(written))));
    env.extend(with_runner(&test.base_env, own));
    let path = path_in(&env);
    let mut words = test.run.render(given.passed(), written).into_iter();
    if let Some(library) = unknown.get() {
        let name = &project.suite.libraries[library.index()].name;
        return Err(format!(
            "`{{library.{name}}}` has no path yet: a test makes it, and its `paths` do not tell where"
        ));
    }
    let program = words.next().unwrap_or_default();
    let program = find_program(&program, &cwd, path.or_else(|| environment.path()))
        .map_err(|error| error.to_string())?;
    let limits = project.limits(test);
    Ok(CommandSpec {
        program,
        args: words.collect(),
        env,
        cwd,
        limits: TimeLimits { timeout: Some(limits.timeout), grace: limits.grace },
        capture: capture(limits.output),
        withheld: environment.withheld(),
        sought: None,
        most: None,
    })
}

/// What all tests of a suite find in their environment, which is known before they are: as a test finds it, but without what
/// only the place of a library could say that has none yet.
pub(crate) fn suite_variables<'p>(
    suite: &Suite,
    outline: &Test,
    given: &Given,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Vec<(OsString, OsString)> {
    let needs = outline.needs.iter().map(|need| need.library);
    let mut own = library_variables(suite, needs, &path_of);
    own.extend(given.variables(outline).iter().map(|(name, value)| (name.into(), value.into())));
    let is_known = |piece: &Piece| match piece {
        Piece::Literal(_) => true,
        Piece::Path(library) | Piece::Directory(library) => path_of(*library) != Path::new(""),
    };
    let known = outline.env.iter().filter(|(_, value)| value.pieces().iter().all(is_known));
    own.extend(known.map(|(name, value)| (name.as_ref().into(), value.render(&path_of))));
    own
}

/// What the runner of a test sets for it, and `own` after that. Where both say where the loader looks for libraries, the
/// runner's directories come first, as Cargo itself has it.
pub(crate) fn with_runner(
    runner: &[(String, String)],
    own: Vec<(OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    let directories = runner.iter().find(|(name, _)| name == LIBRARY_PATH);
    let mut env: Vec<(OsString, OsString)> =
        runner.iter().map(|(name, value)| (name.into(), value.into())).collect();
    for (name, mut value) in own {
        if let Some((_, directories)) = directories
            && name == LIBRARY_PATH
        {
            let mut both = OsString::from(directories);
            if !value.is_empty() {
                both.push(":");
                both.push(&value);
            }
            value = both;
        }
        env.push((name, value));
    }
    env
}

/// The value of PATH among variables of which a later one wins.
pub(crate) fn path_in(env: &[(OsString, OsString)]) -> Option<&OsStr> {
    env.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| value.as_os_str())
}

/// What becomes of what a test prints, as it was asked for.
pub(crate) fn capture(streams: Streams) -> Capture {
    match streams {
        Streams::Split => Capture::Split,
        Streams::Combined => Capture::Combined,
    }
}

/// What a process that needs these libraries is told about them: where each is, and what the manifest's `env` says. A path
/// is empty of a library that tests make, as long as its place is not known; of that nothing is told.
pub(crate) fn library_variables<'p>(
    suite: &Suite,
    libraries: impl Iterator<Item = LibraryId>,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Vec<(OsString, OsString)> {
    let mut variables = Vec::new();
    for id in libraries {
        let library: &Library = &suite.libraries[id.index()];
        let render =
            |(name, value): &(String, Template)| (OsString::from(name), value.render(&path_of));
        if path_of(id) != Path::new("") {
            variables.push(((&library.variable).into(), path_of(id).into()));
            variables.extend(library.env.iter().map(render));
        }
    }
    variables
}
