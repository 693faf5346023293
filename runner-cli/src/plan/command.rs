//! From a test to the command that runs it: its arguments and environment filled in. Does not know where its program is.

use std::cell::Cell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use probe_loader::{CommandLine, Pattern};
use probe_process::Capture;
use probe_run::{Attempted, GroundOf, Invocation, ResultsPlace};
use probe_scenario::{CommandLimits, LibraryId, Piece, ResultsFile, Source, Streams, Test, TestId};

use crate::environment::Environment;
use crate::given::{Given, library_variables, suite_variables, with_runner};
use crate::project::Project;

/// What a test runs, or why it cannot: the reason is one of this test alone.
pub(super) fn test_command<'p>(
    project: &Project,
    test: &Test,
    environment: &Environment,
    attempted: Attempted<'_>,
    given: &Given,
    path_of: impl Fn(LibraryId) -> &'p Path,
    ground_of: GroundOf<'_>,
) -> Result<Invocation, String> {
    let cwd = directory(project, test, environment);
    let mut env: Vec<(OsString, OsString)> = vec![
        ("PROBE".into(), "1".into()),
        ("PROBE_RUN_ID".into(), attempted.run_id.into()),
        ("PROBE_TEST_NAME".into(), test.to_string().into()),
        ("PROBE_ATTEMPT".into(), attempted.number.to_string().into()),
    ];
    let mut own =
        library_variables(&project.suite, test.needs.iter().map(|need| need.library), &path_of);
    let services = test.services.iter().map(|need| need.service);
    own.extend(services.flat_map(|id| ground_of(id).variables.iter().cloned()));
    own.extend(given.variables(test).iter().map(|(name, value)| (name.into(), value.into())));
    let temporary = attempted.temporary;
    let unknown = Cell::new(None);
    let written = |library| {
        let path = path_of(library);
        if path == Path::new("") {
            unknown.set(Some(library));
        }
        path
    };
    own.extend(
        test.env
            .iter()
            .map(|(name, value)| (name.as_ref().into(), value.render_in(temporary, written))),
    );
    env.extend(with_runner(&test.base_env, own));
    let mut run = test.run.render_in(temporary, given.passed(), written);
    if let Some(check) = test.check.filter(|_| is_checked(project, test, &path_of)) {
        run.insert(check.words, check.without.into());
    }
    let wrap = match given.wrap() {
        [] => test.wrap.render_in(temporary, &[], written),
        own => own.to_vec(),
    };
    let before = test.before.render_in(temporary, &[], written);
    let cleanup = test.cleanup.render_in(temporary, &[], written);
    let mut words = wrap.into_iter().chain(run);
    if let Some(library) = unknown.get() {
        let name = &project.suite.libraries[library.index()].name;
        return Err(format!(
            "`{{library.{name}}}` has no path yet: a test makes it, and its `paths` do not tell where"
        ));
    }
    let program = environment.program_at_home(words.next().unwrap_or_default());
    let capture = capture(project.limits(test).output);
    let results = results(test, environment, &cwd, temporary);
    Ok(Invocation { program, args: words.collect(), before, cleanup, env, cwd, capture, results })
}

/// Where the test's process writes down what became of the tests in it.
fn results(
    test: &Test,
    environment: &Environment,
    cwd: &Path,
    temporary: &Path,
) -> Option<ResultsPlace> {
    let ResultsFile { format, path } = &**test.results.as_ref()?;
    let escaped = PathBuf::from(Pattern::escape(&temporary.to_string_lossy()));
    let pattern = path.render_in(&escaped, |_| Path::new(""));
    let pattern = environment.resolve_pattern(cwd, &pattern.to_string_lossy());
    let is_own = path.pieces().contains(&Piece::Temporary);
    Some(ResultsPlace { format: *format, pattern, is_own })
}

/// What checks the files of all these tests at once, without running them; `None` if there are none.
pub(super) fn check_command(
    project: &Project,
    tests: &[TestId],
    environment: &Environment,
    given: &Given,
) -> Option<CommandLine> {
    let nowhere = |_| Path::new("");
    let tests: Vec<&Test> = tests.iter().map(|id| &project.suite.tests[id.index()]).collect();
    let first = *tests.first()?;
    let check = first.check?;
    let (mut words, mut files) = (Vec::new(), Vec::new());
    for test in tests {
        let mut own = test.run.render(given.passed(), nowhere);
        // Its files are the last words of its command.
        files.append(&mut own.split_off(own.len() - test.files.len()));
        words = own;
    }
    files.sort_unstable();
    files.dedup();
    words.insert(check.words, check.only.into());
    let mut words = words.into_iter().chain(files);
    let limits = CommandLimits::default();
    Some(CommandLine {
        program: environment.program_at_home(words.next()?).into(),
        args: words.collect(),
        cwd: directory(project, first, environment),
        env: suite_variables(&project.suite, first, given, nowhere),
        limits: probe_loader::CommandLimits {
            timeout: Some(limits.timeout),
            silence: Some(limits.silence),
        },
    })
}

/// Whether the test's files have been checked, together with those of others, and nothing was found.
fn is_checked<'p>(project: &Project, test: &Test, path_of: impl Fn(LibraryId) -> &'p Path) -> bool {
    test.needs.iter().any(|need| {
        let library = &project.suite.libraries[need.library.index()];
        matches!(library.source, Source::Check { .. }) && path_of(need.library) != Path::new("")
    })
}

/// Where a test runs.
fn directory(project: &Project, test: &Test, environment: &Environment) -> PathBuf {
    let resolve = |cwd| environment.resolve(&project.root, cwd);
    test.cwd.as_deref().map_or_else(|| project.root.clone(), resolve)
}

/// What becomes of what a test prints, as it was asked for.
pub(crate) fn capture(streams: Streams) -> Capture {
    match streams {
        Streams::Split => Capture::Split,
        Streams::Combined => Capture::Combined,
    }
}
