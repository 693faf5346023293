//! Layouts of projects, and the manifests that they get.

mod packages;

use std::collections::BTreeMap;

use probe_scenario::{Found, Rule, read};

use super::{Layout, manifest, suggestions, untaken};
use crate::platform;

/// The manifest of a project with these files, of which it finds no mistake.
pub(super) fn manifest_of(files: &[(&str, &str)]) -> String {
    let texts: BTreeMap<String, String> =
        files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    let names: Vec<String> = texts.keys().cloned().collect();
    let layout = Layout::new(names.clone(), move |name| texts.get(name).cloned());
    let text = manifest(&suggestions(&layout));
    let platform = platform::host().expect("tests run on a known platform");
    let manifest = read(&text, &platform).into_result("probe.toml", &text);
    let mut manifest = manifest.unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    assert_eq!(manifest.settle(&layout), [], "{text}");
    let mut found = Found::default();
    found.add_files(names);
    for suite in manifest.suites().filter(|suite| matches!(suite.rule, Rule::List(_))) {
        found.add_listing(suite.id, "package v1.0.0 (/path)\n".to_owned());
    }
    for suite in manifest.suites().filter(|suite| matches!(suite.rule, Rule::Cargo(_))) {
        found.add_cargo(suite.id, Vec::new());
    }
    for suite in manifest.suites().filter(|suite| matches!(suite.rule, Rule::Ctest { .. })) {
        found.add_ctest(suite.id, Vec::new());
    }
    let expansion = manifest.expand(&found);
    assert_eq!(expansion.mistakes, [], "{text}");
    // No file is a test of two suites.
    let mut files: Vec<String> =
        expansion.suite.tests.into_iter().flat_map(|test| test.files).collect();
    let all = files.len();
    files.sort_unstable();
    files.dedup();
    assert_eq!(files.len(), all, "{text}");
    // What is the same in all of them.
    text.split_once("\n\n").map_or("", |(_, suites)| suites).to_owned()
}

#[test]
fn deno_gets_the_flags_of_its_own_task() {
    insta::assert_snapshot!(manifest_of(&[
        ("deno.jsonc", r#"{ /* ours */ "tasks": { "test": "deno test -A --parallel --unstable-ffi" }, "exclude": ["./vendored/", "gen"], }"#),
        ("src/sum_test.ts", ""),
        ("tests/api.test.ts", ""),
    ]), @r#"
    # Deno: a process for each file, with the flags of the task `test`.
    [suite.deno]
    kind = "deno"
    "#);
    insta::assert_snapshot!(manifest_of(&[
        ("deno.json", r#"{ "tasks": { "test": "deno fmt --check && deno test" } }"#),
        ("main_test.ts", ""),
    ]), @r#"
    # Deno: a process for each file, with every permission.
    [suite.deno]
    kind = "deno"
    args = ["--allow-all"]
    "#);
}

#[test]
fn deno_needs_no_file_that_says_so() {
    insta::assert_snapshot!(manifest_of(&[
        ("db_test.ts", "import { Database } from \"jsr:@db/sqlite@0.13\";\nDeno.test('a', () => {});"),
        ("lib/sum.test.ts", "import { sum } from './sum.ts';\nimport { expect } from 'npm:chai@5';"),
        ("lib/plain.test.ts", "import './sum.ts';"),
    ]), @r#"
    # Deno: a process for each file, with every permission.
    [suite.deno]
    kind = "deno"
    args = ["--allow-all"]
    "#);
    let other = ("b.test.ts", "import { it } from 'mocha';");
    let own = ("a_test.ts", "Deno.test('a', () => {});");
    assert!(manifest_of(&[own, ("package.json", "{}")]).contains("kind = \"deno\""));
    assert_eq!(manifest_of(&[own, other, ("package.json", "{}")]), "", "whose they are is open");
    assert_eq!(manifest_of(&[other]), "");
}

#[test]
fn probitas_is_run_by_the_task_if_there_is_one() {
    insta::assert_snapshot!(manifest_of(&[
        ("deno.json", r#"{ "tasks": { "probitas": { "command": "deno run -A jsr:@probitas/cli" } } }"#),
        ("probitas/login.probitas.ts", ""),
        ("tests/unit_test.ts", ""),
    ]), @r#"
    # Scenarios of probitas: a process for each file.
    [suite.probitas]
    kind = "probitas"

    # Deno: a process for each file, with every permission.
    [suite.deno]
    kind = "deno"
    args = ["--allow-all"]
    "#);
    insta::assert_snapshot!(manifest_of(&[("login.probitas.ts", "")]), @r#"
    # Scenarios of probitas: a process for each file.
    [suite.probitas]
    kind = "probitas"
    "#);
}

#[test]
fn frameworks_of_node_are_started_by_the_package_manager() {
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "devDependencies": { "vitest": "^4" } }"#),
        ("pnpm-lock.yaml", ""),
        ("src/a.test.ts", ""),
        ("src/b.spec.tsx", ""),
        ("tests/fixtures/no.test.ts", ""),
    ]), @r#"
    # Vitest: a process for each file.
    [suite.vitest]
    kind = "vitest"
    exclude = ["**/fixtures/**"]
    "#);
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "devDependencies": { "jest": "30", "@playwright/test": "1" } }"#),
        ("e2e/shop.spec.js", ""),
        ("src/a.test.js", ""),
    ]), @r#"
    # Playwright runs as one test: its configuration may start servers that all of its tests share.
    [suite.playwright]
    kind = "playwright"
    timeout = "30m"

    # Jest: one test, since only its configuration knows its files.
    [suite.jest]
    kind = "jest"
    run = ["npx", "--no", "--", "jest", "{args}"]
    timeout = "30m"
    "#);
}

#[test]
fn nodes_own_runner_is_known_by_the_script_or_by_an_import() {
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "scripts": { "test": "node --test --import tsx --test-reporter=tap" } }"#),
        ("test/sum.js", ""),
    ]), @r#"
    # Node's own test runner: a process for each file.
    [suite.node]
    kind = "node-test"
    "#);
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", "{}"),
        ("sum.test.mjs", "import test from 'node:test'"),
    ]), @r#"
    # Node's own test runner: a process for each file.
    [suite.node]
    kind = "node-test"
    "#);
}

#[test]
fn another_script_of_a_package_is_one_test() {
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "scripts": { "test": "mocha \"spec/**\"" } }"#),
    ]), @r#"
    # One test: the script `test` of package.json, `mocha \"spec/**\"`.
    [test.npm]
    run = ["npm", "test", "--", "{args}"]
    timeout = "30m"
    "#);
    let placeholder = r#"{ "scripts": { "test": "echo \"Error: no test specified\" && exit 1" } }"#;
    assert_eq!(manifest_of(&[("package.json", placeholder)]), "");
}

#[test]
fn python_is_run_by_pytest_or_by_its_own_library() {
    insta::assert_snapshot!(manifest_of(&[
        ("pyproject.toml", "[tool.pytest.ini_options]\n"),
        ("uv.lock", ""),
        ("tests/test_sum.py", ""),
        (".venv/lib/test_other.py", ""),
    ]), @r#"
    # pytest: a process for each file.
    [suite.pytest]
    kind = "pytest"
    "#);
    insta::assert_snapshot!(manifest_of(&[("sum_test.py", "def test_sum():\n    assert True\n")]), @r#"
    # pytest: a process for each file.
    [suite.pytest]
    kind = "pytest"
    "#);
    insta::assert_snapshot!(manifest_of(&[("test_sum.py", "import unittest\n")]), @r#"
    # unittest: a process for each file.
    [suite.unittest]
    files = ["**/test_*.py"]
    run = ["python3", "-m", "unittest", "{args}", "{file}"]
    "#);
}

#[test]
fn packages_of_cargo_and_go_are_tests() {
    insta::assert_snapshot!(manifest_of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
        ("go.mod", "module example.org/a\n"),
        ("a_test.go", "package a\n"),
    ]), @r#"
    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo]
    kind = "cargo"
    args = ["--workspace"]

    # Go: a test for each package.
    [suite.go]
    kind = "go"
    timeout = "30m"
    "#);
    insta::assert_snapshot!(manifest_of(&[("Cargo.toml", "[package]\nname = \"a\"\n")]), @r#"
    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo]
    kind = "cargo"
    "#);
}

#[test]
fn scripts_are_tests_by_their_names_or_by_their_folder() {
    insta::assert_snapshot!(manifest_of(&[
        ("tests/lib.sh", ""),
        ("tests/start.sh", "#!/usr/bin/env bash\n"),
        ("tests/deep/stop.sh", "#!/bin/sh\n"),
        ("build.sh", ""),
    ]), @r#"
    # Shell: a process for each script, which passes when it exits with 0.
    [suite.shell]
    files = ["tests/**/*.sh"]
    exclude = ["**/lib.sh"]
    run = ["bash", "{file}", "{args}"]
    "#);
    insta::assert_snapshot!(manifest_of(&[
        ("ci/start_test.sh", "#!/bin/sh\n"),
        ("tests/tool.sh", ""),
        ("tests/a.bats", ""),
    ]), @r#"
    # Shell: a process for each script, which passes when it exits with 0.
    [suite.shell]
    files = ["**/*_test.sh"]
    run = ["sh", "{file}", "{args}"]

    # bats: a process for each file.
    [suite.bats]
    kind = "tap"
    files = ["**/*.bats"]
    run = ["bats", "--tap", "{args}", "{file}"]
    "#);
}

#[test]
fn a_file_belongs_to_one_suite() {
    insta::assert_snapshot!(manifest_of(&[
        ("deno.json", "{}"),
        ("package.json", r#"{ "devDependencies": { "vitest": "^4" } }"#),
        ("a.test.ts", ""),
        ("b_test.ts", ""),
    ]), @r#"
    # Vitest: a process for each file.
    [suite.vitest]
    kind = "vitest"

    # Deno: a process for each file, with every permission.
    [suite.deno]
    kind = "deno"
    files = ["**/*_test.ts"]
    args = ["--allow-all"]
    "#);
}

#[test]
fn bun_make_and_cmake_are_recognised() {
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "scripts": { "test": "bun test" } }"#),
        ("src/a.test.ts", "import { test } from 'bun:test';"),
        ("CMakeLists.txt", "PROJECT(x)\nInclude(CTest)\n"),
        ("Makefile", "test:\n\ttrue\n"),
    ]), @r#"
    # Bun: a process for each file.
    [suite.bun]
    kind = "bun"

    # CMake: built first, then a process for each test of CTest.
    [suite.ctest]
    kind = "ctest"
    "#);
    // A script that only begins with the word is a script.
    insta::assert_snapshot!(manifest_of(&[
        ("bun.lock", ""),
        ("package.json", r#"{ "scripts": { "test": "bun run checks.ts" } }"#),
    ]), @r#"
    # One test: the script `test` of package.json, `bun run checks.ts`.
    [test.npm]
    run = ["bun", "run", "test", "{args}"]
    timeout = "30m"
    "#);
    let make = "VERSION := 1\n.PHONY: test\ncheck all: build\n\ttrue\ntest := no\n";
    insta::assert_snapshot!(manifest_of(&[("Makefile", make)]), @r#"
    # One test: the target `check` of `Makefile`.
    [test.make]
    run = ["make", "check", "{args}"]
    timeout = "30m"
    "#);
    assert_eq!(manifest_of(&[("Makefile", "test := 1\nbuild:\n\ttest: x\n")]), "");
}

#[test]
fn many_files_of_node_are_given_to_few_processes() {
    let files: Vec<String> = (0..40).map(|number| format!("src/a{number:02}.test.ts")).collect();
    let mut project = vec![("package.json", r#"{ "devDependencies": { "jest": "^30" } }"#)];
    project.extend(files.iter().map(|name| (name.as_str(), "")));
    insta::assert_snapshot!(manifest_of(&project), @r#"
    # Jest: a process for 3 files each, since it costs more than most of them.
    [suite.jest]
    kind = "jest"
    batch = 3
    args = ["--runInBand"]
    "#);
}

#[test]
fn what_no_suite_takes_is_said_unless_a_suite_may_run_it_all_the_same() {
    let check = |files: &[(&'static str, &'static str)], expected: &[&str]| {
        let texts: BTreeMap<String, String> =
            files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        let names: Vec<String> = texts.keys().cloned().collect();
        let layout = Layout::new(names, move |name| texts.get(name).cloned());
        assert_eq!(untaken(&layout, &suggestions(&layout)), expected, "{files:?}");
    };
    check(
        &[("a.test.ts", ""), ("b.test.ts", "")],
        &["2 files like `a.test.ts`: a runner that no `package.json` or `deno.json` here names"],
    );
    check(&[("package.json", r#"{ "scripts": { "test": "mocha" } }"#), ("a.test.ts", "")], &[]);
    check(
        &[
            ("web/package.json", r#"{ "scripts": { "test": "mocha" } }"#),
            ("web/a.test.ts", ""),
            ("websites/a.test.ts", ""),
            ("native/CMakeLists.txt", "project(x)\nenable_testing()\n"),
            ("native/a_test.cc", ""),
            ("test_a.py", ""),
            ("node_modules/x/x.test.js", ""),
        ],
        &["`websites/a.test.ts`: a runner that no `package.json` or `deno.json` here names"],
    );
}

#[test]
fn a_project_without_tests_gets_nothing() {
    assert_eq!(manifest_of(&[("README.md", ""), ("src/main.c", "")]), "");
}
