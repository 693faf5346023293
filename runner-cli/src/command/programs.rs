//! Programs that tests need and that are not there, said once before the run: otherwise each test says so for itself.
//!
//! Looks only for what nothing of the run can make: programs in PATH, and what a package manager would have installed.

use std::collections::BTreeMap;
use std::fs;

use probe_process::find_program;
use probe_report::count_of_tests;
use probe_scenario::{Argument, SuiteKind, Test, TestId};

use crate::environment::Environment;
use crate::project::Project;
use crate::ui::print_warning;

/// Says what is missing, and how many of `tests` cannot start without it.
pub(super) fn warn(project: &Project, tests: &[TestId], environment: &Environment) {
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    // Tests of a suite stand one behind the other, and start the same way.
    let mut last: Option<(&Test, Option<String>)> = None;
    for id in tests {
        let test = &project.suite.tests[id.index()];
        let why = match &last {
            Some((before, why)) if starts_alike(before, test) => why.clone(),
            _ => missing_of(project, test, environment),
        };
        if let Some(why) = &why {
            *missing.entry(why.clone()).or_default() += 1;
        }
        last = Some((test, why));
    }
    // Of one alone its own line says it.
    for (why, count) in missing.into_iter().filter(|(_, count)| *count > 1) {
        let tests = count_of_tests(count);
        print_warning(&format_args!("{why}: {tests} cannot start without it"));
    }
}

/// Whether two tests of one suite start the same program at the same place.
fn starts_alike(before: &Test, test: &Test) -> bool {
    before.suite.is_some()
        && before.suite == test.suite
        && before.cwd == test.cwd
        && before.run.arguments().first() == test.run.arguments().first()
        && before.wrap.arguments().first() == test.wrap.arguments().first()
}

/// What a test needs and is not there, with the way to have it.
fn missing_of(project: &Project, test: &Test, environment: &Environment) -> Option<String> {
    let sets_path = test.env.iter().any(|(name, _)| &**name == "PATH")
        || test.base_env.iter().any(|(name, _)| name == "PATH")
        || test.env_file.is_some();
    if sets_path {
        return None;
    }
    let first = [&test.wrap, &test.run].into_iter().find_map(|command| command.arguments().first());
    let Some(Argument::One(template)) = first else { return None };
    let program = template.literal()?;
    if program.contains('/') {
        return without_pytest(project, test, program);
    }
    if find_program(program.as_ref(), &project.root, environment.path()).is_err() {
        return Some(format!("there is no program `{program}` in PATH"));
    }
    let tool = match test.kind {
        Some(SuiteKind::Vitest) => "vitest",
        Some(SuiteKind::Jest) => "jest",
        Some(SuiteKind::Playwright) => "@playwright/test",
        _ => return None,
    };
    // It would have been started by its path in `node_modules`, and `npx --no` installs nothing.
    (program == "npx").then(|| format!("`{tool}` is not installed: `npm install` installs it"))
}

/// That the environment of Python in which a test runs pytest has none, as far as its directories tell.
fn without_pytest(project: &Project, test: &Test, python: &str) -> Option<String> {
    let module = [1, 2].map(|index| match test.run.arguments().get(index) {
        Some(Argument::One(template)) => template.literal(),
        _ => None,
    });
    if module != [Some("-m"), Some("pytest")] || !test.wrap.arguments().is_empty() {
        return None;
    }
    let cwd = test.cwd.as_deref().unwrap_or_default();
    let environment = project.root.join(cwd).join(python).parent()?.parent()?.to_owned();
    environment.join("pyvenv.cfg").is_file().then_some(())?;
    let libraries = fs::read_dir(environment.join("lib")).ok()?.flatten();
    let packages: Vec<_> = libraries.map(|entry| entry.path().join("site-packages")).collect();
    let has_it = packages.iter().any(|packages| packages.join("pytest").is_dir());
    let is_bare = !has_it && packages.iter().any(|packages| packages.is_dir());
    is_bare
        .then(|| format!("`{python}` has no pytest: `{python} -m pip install pytest` installs it"))
}
