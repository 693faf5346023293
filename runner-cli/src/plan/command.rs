//! From a test to the command that runs it: its arguments and environment filled in. Does not know where its program is.

use std::cell::Cell;
use std::ffi::OsString;
use std::path::Path;

use probe_process::Capture;
use probe_run::{Attempted, Invocation};
use probe_scenario::{LibraryId, Streams, Test};

use crate::environment::Environment;
use crate::given::{Given, library_variables, with_runner};
use crate::project::Project;

/// What a test runs, or why it cannot: the reason is one of this test alone.
pub(super) fn test_command<'p>(
    project: &Project,
    test: &Test,
    environment: &Environment,
    attempted: Attempted<'_>,
    given: &Given,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Result<Invocation, String> {
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
    let mut words = test.run.render(given.passed(), written).into_iter();
    if let Some(library) = unknown.get() {
        let name = &project.suite.libraries[library.index()].name;
        return Err(format!(
            "`{{library.{name}}}` has no path yet: a test makes it, and its `paths` do not tell where"
        ));
    }
    let program = words.next().unwrap_or_default();
    let capture = capture(project.limits(test).output);
    Ok(Invocation { program, args: words.collect(), env, cwd, capture })
}

/// What becomes of what a test prints, as it was asked for.
pub(crate) fn capture(streams: Streams) -> Capture {
    match streams {
        Streams::Split => Capture::Split,
        Streams::Combined => Capture::Combined,
    }
}
