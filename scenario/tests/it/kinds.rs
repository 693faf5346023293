//! What a suite leaves to its kind: files and commands, from what lies in the project.

use std::collections::BTreeMap;

use probe_scenario::{Argument, CargoTest, CargoTests, Expansion, Found, ProjectView, SuiteKind};

use crate::support::{expansion_report, good};

/// Files with their texts, and the variables that are set; `no probitas` stands for a program that is not there.
struct View<'v> {
    files: BTreeMap<&'v str, &'v str>,
    variables: &'v [&'v str],
}

impl ProjectView for View<'_> {
    fn is_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|&text| text.to_owned())
    }

    fn is_set(&self, variable: &str) -> bool {
        self.variables.contains(&variable)
    }

    fn has_program(&self, name: &str) -> bool {
        !self.variables.contains(&format!("no {name}").as_str())
    }
}

fn settled(manifest: &str, files: &[(&str, &str)], variables: &[&str]) -> Expansion {
    let view = View { files: files.iter().copied().collect(), variables };
    let mut manifest = good(manifest);
    let mistakes = manifest.settle(&view);
    let mut found = Found::default();
    found.add_files(view.files.keys().map(|&name| name.to_owned()));
    let mut expansion = manifest.expand(&found);
    expansion.mistakes.splice(..0, mistakes);
    expansion
}

/// The tests of a suite with these lines, each as `[kind] name: command`.
fn tests(lines: &str, files: &[(&str, &str)], variables: &[&str]) -> String {
    let expansion = settled(&format!("[suite.s]\n{lines}\n"), files, variables);
    assert_eq!(expansion.mistakes, []);
    shown(&expansion)
}

fn shown(expansion: &Expansion) -> String {
    let show = |argument: &Argument| match argument {
        Argument::One(template) => template.literal().expect("nothing is open").to_owned(),
        Argument::Passed => "{args}".to_owned(),
    };
    let line = |test: &probe_scenario::Test| {
        let words: Vec<String> = test.run.arguments().iter().map(show).collect();
        format!("[{}] {}: {}\n", test.kind.map_or("", SuiteKind::word), test.name, words.join(" "))
    };
    expansion.suite.tests.iter().map(line).collect()
}

fn report(lines: &str, files: &[(&str, &str)]) -> String {
    let text = format!("[suite.s]\n{lines}\n");
    expansion_report(&text, settled(&text, files, &[]))
}

#[test]
fn pytest_runs_in_the_environment_of_the_project() {
    let files =
        [("a/test_x.py", ""), ("y_test.py", ""), ("build/test_z.py", ""), ("conftest.py", "")];
    let with = |more: &[(&'static str, &'static str)], variables: &[&str]| {
        tests("kind = 'pytest'", &[&files, more].concat(), variables)
    };
    insta::assert_snapshot!(with(&[], &[]), @r"
    [pytest] a/test_x.py: python3 -m pytest {args} a/test_x.py
    [pytest] y_test.py: python3 -m pytest {args} y_test.py
    ");
    let venv = (".venv/bin/python", "");
    assert!(with(&[venv, ("uv.lock", "")], &[]).contains(": .venv/bin/python -m pytest {args} "));
    assert!(with(&[venv], &["VIRTUAL_ENV"]).contains(": python -m pytest {args} "));
    assert!(with(&[("uv.lock", "")], &[]).contains(": uv run pytest {args} "));
    assert!(with(&[("poetry.lock", "")], &[]).contains(": poetry run pytest {args} "));
}

#[test]
fn a_suite_in_a_directory_takes_the_files_and_the_environment_from_there() {
    let files = [
        ("packages/one/tests/test_x.py", ""),
        ("packages/two/tests/test_y.py", ""),
        ("packages/.venv/bin/python", ""),
    ];
    insta::assert_snapshot!(tests("kind = 'pytest'\ncwd = 'packages/one'", &files, &[]), @"[pytest] packages/one/tests/test_x.py: ../.venv/bin/python -m pytest {args} tests/test_x.py");
}

#[test]
fn what_is_written_beside_a_kind_replaces_that_part_of_it() {
    let files = [("test_a.py", ""), ("test_b.py", ""), ("test_c.py", ""), ("check.py", "")];
    insta::assert_snapshot!(tests("kind = 'pytest'\nfiles = ['check.py']\nargs = ['-x']", &files, &[]), @"[pytest] check.py: python3 -m pytest -x {args} check.py");
    insta::assert_snapshot!(tests("kind = 'pytest'\nbatch = 2\nexclude = ['test_c.py']", &files, &[]), @"[pytest] test_a.py … test_b.py: python3 -m pytest {args} test_a.py test_b.py");
    insta::assert_snapshot!(tests("kind = 'pytest'\nrun = ['py', '{file}']\nexclude = ['*_[bc].py']", &files, &[]), @"[pytest] test_a.py: py test_a.py");
    insta::assert_snapshot!(tests("kind = 'pytest'\nrun = ['tox']", &files, &[]), @"[pytest] s: tox");
}

#[test]
fn deno_has_the_flags_of_its_task_and_else_no_permission() {
    let files = [("a_test.ts", ""), ("gen/b.test.ts", ""), ("main.ts", "")];
    let with = |config: &'static str, lines: &str| {
        let files = [&files[..], &[("deno.jsonc", config)]].concat();
        tests(&format!("kind = 'deno'\n{lines}"), &files, &[])
    };
    insta::assert_snapshot!(with("{}", ""), @r"
    [deno] a_test.ts: deno test --no-prompt {args} a_test.ts
    [deno] gen/b.test.ts: deno test --no-prompt {args} gen/b.test.ts
    ");
    let config = "{ /* ours */ \"tasks\": { \"test\": \"deno test --allow-read --parallel\" }, \"exclude\": [\"gen\"] }";
    insta::assert_snapshot!(with(config, ""), @"[deno] a_test.ts: deno test --no-prompt --allow-read {args} a_test.ts");
    insta::assert_snapshot!(with(config, "args = ['-A']"), @"[deno] a_test.ts: deno test --no-prompt -A {args} a_test.ts");
}

#[test]
fn node_is_the_runner_that_the_package_has() {
    let with = |package: &'static str, more: &[(&'static str, &'static str)]| {
        let files = [("a.test.js", ""), ("b.spec.js", ""), ("package.json", package)];
        tests("kind = 'node'", &[&files, more].concat(), &[])
    };
    insta::assert_snapshot!(with("{}", &[]), @"[node-test] a.test.js: node --test {args} a.test.js");
    insta::assert_snapshot!(with(r#"{ "scripts": { "test": "node --import tsx --test" } }"#, &[]), @"[node-test] a.test.js: node --test {args} a.test.js");
    insta::assert_snapshot!(with(r#"{ "scripts": { "test": "node --test --import tsx" } }"#, &[]), @"[node-test] a.test.js: node --test --import tsx {args} a.test.js");
    insta::assert_snapshot!(with(r#"{ "devDependencies": { "vitest": "4" } }"#, &[("node_modules/.bin/vitest", "")]), @r"
    [vitest] a.test.js: node_modules/.bin/vitest run {args} a.test.js
    [vitest] b.spec.js: node_modules/.bin/vitest run {args} b.spec.js
    ");
    insta::assert_snapshot!(with(r#"{ "devDependencies": { "jest": "30" } }"#, &[("pnpm-lock.yaml", "")]), @r"
    [jest] a.test.js: pnpm exec jest --runTestsByPath {args} a.test.js
    [jest] b.spec.js: pnpm exec jest --runTestsByPath {args} b.spec.js
    ");
    insta::assert_snapshot!(with(r#"{ "devDependencies": { "@playwright/test": "1" } }"#, &[]), @"[playwright] s: npx --no -- playwright test {args}");
    let both = r#"{ "scripts": { "test": "vitest" }, "devDependencies": { "@playwright/test": "1", "vitest": "4" } }"#;
    assert!(with(both, &[]).starts_with("[vitest] a.test.js: npx --no -- vitest run {args} "));
}

#[test]
fn bun_gets_each_file_by_its_path() {
    let package = r#"{ "scripts": { "test": "bun test --preload ./a.ts --coverage" } }"#;
    let files =
        [("lib/a.test.ts", ""), ("b_spec.jsx", ""), ("test.ts", ""), ("package.json", package)];
    insta::assert_snapshot!(tests("kind = 'bun'", &files, &[]), @"
    [bun] b_spec.jsx: bun test --preload ./a.ts {args} ./b_spec.jsx
    [bun] lib/a.test.ts: bun test --preload ./a.ts {args} ./lib/a.test.ts
    ");
    insta::assert_snapshot!(tests("kind = 'bun'\nargs = ['--bail']\nbatch = 9", &files, &[]), @"[bun] b_spec.jsx … lib/a.test.ts: bun test --bail {args} ./b_spec.jsx ./lib/a.test.ts");
    insta::assert_snapshot!(tests("kind = 'bun'\ncwd = 'lib'", &files, &[]), @"[bun] lib/a.test.ts: bun test --preload ./a.ts {args} ./a.test.ts");
}

#[test]
fn go_has_its_packages_listed() {
    let listed = |lines: &str| {
        let view = View { files: BTreeMap::new(), variables: &[] };
        let mut manifest = good(&format!("[suite.s]\nkind = 'go'\n{lines}"));
        assert_eq!(manifest.settle(&view), []);
        let (mut found, mut command) = (Found::default(), String::new());
        for suite in manifest.suites() {
            let probe_scenario::Rule::List(listing) = suite.rule else { panic!("it has a list") };
            command = listing.run.join(" ");
            found.add_listing(suite.id, "example.org/a\nexample.org/b/c\n".to_owned());
        }
        let expansion = manifest.expand(&found);
        assert_eq!(expansion.mistakes, []);
        format!("{command}\n{}", shown(&expansion))
    };
    insta::assert_snapshot!(listed(""), @"
    go list -f {{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}} ./...
    [go] example.org/a: go test {args} example.org/a
    [go] example.org/b/c: go test {args} example.org/b/c
    ");
    insta::assert_snapshot!(listed("args = ['-race', '-tags', 'a,b', '--mod=vendor']\ncwd = 'x'"), @"
    go list -f {{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}} -tags a,b --mod=vendor ./...
    [go] example.org/a: go test -race -tags a,b --mod=vendor {args} example.org/a
    [go] example.org/b/c: go test -race -tags a,b --mod=vendor {args} example.org/b/c
    ");
}

#[test]
fn several_runners_that_could_be_meant_are_a_mistake() {
    let package = r#"{ "devDependencies": { "@playwright/test": "1", "vitest": "4" } }"#;
    let files = [("a.test.js", ""), ("package.json", package)];
    insta::assert_snapshot!(report("kind = 'node'", &files), @r#"
      × `probe.toml` has 2 mistakes

    Error:
      × the tests of suite `s` were not listed
       ╭─[probe.toml:1:8]
     1 │ [suite.s]
       ·        ─
     2 │ kind = 'node'
       ╰────
      help: say how to list it: `files`, or `list = { run = […], match = '…' }`, and `run`

    Error:
      × the package of suite `s` has several test runners
       ╭─[probe.toml:2:1]
     1 │ [suite.s]
     2 │ kind = 'node'
       · ──┬─
       ·   ╰── which of them?
       ╰────
      help: say which one: `kind = "vitest"`, `kind = "playwright"`
    "#);
    insta::assert_snapshot!(tests("kind = 'node'\nrun = ['npm', 'test']", &files, &[]), @"[node] s: npm test");
    assert!(tests("kind = 'vitest'", &files, &[]).starts_with("[vitest] a.test.js: "));
}

#[test]
fn probitas_is_a_task_or_a_program_or_a_package() {
    let file = ("api/login.probitas.ts", "");
    insta::assert_snapshot!(tests("kind = 'probitas'", &[file], &[]), @"[probitas] api/login.probitas.ts: probitas run {args} api/login.probitas.ts");
    let task = (
        "deno.json",
        r#"{ "tasks": { "probitas": { "command": "deno run -A jsr:@probitas/cli" } } }"#,
    );
    insta::assert_snapshot!(tests("kind = 'probitas'", &[file, task], &[]), @"[probitas] api/login.probitas.ts: deno task --quiet probitas run {args} api/login.probitas.ts");
    let none = &["no probitas"];
    insta::assert_snapshot!(tests("kind = 'probitas'", &[file], none), @"[probitas] api/login.probitas.ts: deno run -A jsr:@probitas/probitas/cli run {args} api/login.probitas.ts");
    let map = ("deno.json", r#"{ "imports": { "probitas": "jsr:@probitas/probitas@^0.20" } }"#);
    insta::assert_snapshot!(tests("kind = 'probitas'", &[file, map], none), @"[probitas] api/login.probitas.ts: deno run -A jsr:@probitas/probitas@^0.20/cli run {args} api/login.probitas.ts");
}

#[test]
fn a_kind_without_files_for_it_is_a_mistake() {
    insta::assert_snapshot!(report("kind = 'pytest'", &[("main.py", "")]), @"
      × `probe.toml` has a mistake

    Error:
      × suite `s` finds no test file of `pytest`
       ╭─[probe.toml:2:1]
     1 │ [suite.s]
     2 │ kind = 'pytest'
       · ────
       ╰────
      help: it looks for `**/test_*.py`, `**/*_test.py`, and at nothing that ignore files leave out;
            `files` names others
    ");
}

#[test]
fn the_tests_of_a_binary_run_in_its_package_and_others_where_the_suite_says() {
    let mut manifest = good("[suite.rust]\nkind = 'cargo'\ncwd = 'crates'\n");
    let view = View { files: BTreeMap::new(), variables: &[] };
    assert_eq!(manifest.settle(&view), []);
    let suite = manifest.suites().next().expect("there is a suite").id;
    let binary = |binary: &str, cwd: Option<&str>, tests: Option<&[&str]>| CargoTests {
        binary: binary.to_owned(),
        command: vec!["unit".to_owned()],
        cwd: cwd.map(str::to_owned),
        env: Vec::new(),
        tests: tests.map(|names| {
            let test = |name: &&str| CargoTest { name: (*name).to_owned(), is_ignored: false };
            names.iter().map(test).collect()
        }),
    };
    let mut found = Found::default();
    found.add_cargo(
        suite,
        vec![
            binary("units", Some("/p/crates/units"), Some(&["ok", "-x"])),
            binary("(documentation)", None, None),
        ],
    );
    let expansion = manifest.expand(&found);
    assert_eq!(expansion.mistakes, []);
    let directories: Vec<_> =
        expansion.suite.tests.iter().map(|test| test.cwd.as_deref().unwrap_or_default()).collect();
    assert_eq!(directories, ["/p/crates/units", "/p/crates/units", "crates"]);
    // No name is an option.
    insta::assert_snapshot!(shown(&expansion), @"
    [cargo] units ok: unit ok --exact --nocapture {args}
    [cargo] units -x: unit --exact --nocapture {args} -- -x
    [cargo] (documentation): unit {args}
    ");
}

#[test]
fn a_result_is_due_only_where_nothing_of_the_project_may_keep_it_back() {
    let check = |lines: &str, files: &[(&str, &str)], variables: &[&str], expected: bool| {
        let files = [&[("test_a.py", ""), ("a.test.js", "")], files].concat();
        let tests = settled(&format!("[suite.s]\n{lines}\n"), &files, variables).suite.tests;
        assert_eq!(tests[0].has_result, expected, "{lines} {files:?} {variables:?}");
    };
    check("kind = 'pytest'", &[], &[], true);
    check("kind = 'pytest'\nenv = { PYTEST_ADDOPTS = '-qq' }", &[], &[], false);
    check("kind = 'pytest'\nenv-file = 'some.env'", &[], &[], false);
    check("kind = 'pytest'", &[], &["PYTEST_ADDOPTS"], false);
    check("kind = 'pytest'", &[("pytest.ini", "[pytest]\naddopts = -p no:terminal\n")], &[], false);
    check("kind = 'node-test'", &[], &[], true);
    check("kind = 'node-test'", &[], &["NODE_OPTIONS"], false);
    check("kind = 'jest'", &[("package.json", "{ \"jest\": {} }")], &[], true);
    check("kind = 'jest'", &[("package.json", "{ \"jest\": { \"reporters\": [] } }")], &[], false);
    check("kind = 'jest'", &[("jest.config.ts", "export default { reporters: [] };")], &[], false);
    check("kind = 'vitest'", &[], &[], false);
}

#[test]
fn only_what_a_kind_makes_of_a_suite_is_checked_jointly() {
    let check = |lines: &str, task: &str, expected: bool| {
        let text = format!("[suite.s]\n{lines}\n");
        let task = format!("{{ \"tasks\": {{ \"test\": \"{task}\" }} }}");
        let files = [("deno.json", task.as_str()), ("a_test.ts", ""), ("test_a.py", "")];
        let tests = settled(&text, &files, &[]).suite.tests;
        assert_eq!(tests[0].check.is_some(), expected, "{lines} {task}");
    };
    check("kind = \"deno\"", "deno test -A", true);
    check("kind = \"deno\"", "deno fmt", true);
    check("kind = \"deno\"", "deno test --no-check", false);
    check("kind = \"deno\"\nargs = [\"--check=all\"]", "deno test -A", false);
    check("kind = \"deno\"\nargs = [\"--watch\"]", "deno test -A", false);
    check("kind = \"deno\"\nrun = [\"deno\", \"test\", \"{file}\"]", "deno test -A", false);
    check("kind = \"pytest\"", "", false);
}
