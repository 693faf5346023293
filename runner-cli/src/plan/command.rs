//! From a test to the command that runs it: its program found, its arguments and environment filled in.

use std::cell::Cell;
use std::ffi::OsString;
use std::path::Path;

use probe_process::{Capture, CommandSpec, TimeLimits, find_program};
use probe_run::Attempted;
use probe_scenario::{LibraryId, Streams, Test};

use crate::environment::Environment;
use crate::given::{Given, library_variables, path_in, with_runner};
use crate::project::Project;

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

/// What becomes of what a test prints, as it was asked for.
pub(crate) fn capture(streams: Streams) -> Capture {
    match streams {
        Streams::Split => Capture::Split,
        Streams::Combined => Capture::Combined,
    }
}
