//! Other runners, with the file that is for them.

use std::process::Command;

use super::{MANIFEST, check_passed, command, file, project, root};
use crate::support::{Project, is_missing};

#[test]
fn pytest_has_the_libraries_imported_by_its_controller() {
    if is_missing(Command::new("python3").args(["-c", "import pytest, xdist"])) {
        return;
    }
    for processes in ["0", "2"] {
        let mut project = project().write("conftest.py", &file("pytest/conftest.py"));
        for number in 0..4 {
            project = project.write(
                &format!("test_{number}.py"),
                "import os\n\ndef test_engine():\n    assert open(os.environ['ENGINE']).read() == 'an engine\\n'\n",
            );
        }
        let arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", processes];
        let said = check_passed(&project, &mut command(&project, "python3", &arguments));
        assert!(said.stdout.contains("4 passed"), "{}", said.stdout);
        // A library that cannot be had ends the run before any test, as probe itself ends.
        let project = project.write("probe.toml", "[library.engine]\nurl = \"none.txt\"\n");
        let output = command(&project, "python3", &arguments).output().expect("it starts");
        let said = project.said(&output);
        assert_eq!(said.code, 105, "{}{}", said.stdout, said.stderr);
        assert!(!said.stdout.contains("passed"), "{}", said.stdout);
    }
}

#[test]
fn playwright_has_the_libraries_imported_by_its_global_set_up() {
    let modules = root().join("runner-cli/tests/playwright/node_modules");
    let cli = modules.join("@playwright/test/cli.js");
    if is_missing(Command::new("node").arg(&cli).arg("--version")) {
        return;
    }
    // Playwright's own browser is not what this is about.
    let mut project = project()
        .write("probe.toml", &format!("{MANIFEST}\n[run]\ndetect = false\n"))
        .write("global-setup.ts", &file("playwright/global-setup.ts"))
        .write("playwright.config.ts", "import { defineConfig } from '@playwright/test';\nexport default defineConfig({ globalSetup: './global-setup', fullyParallel: true, workers: 2 });\n");
    for number in 0..2 {
        project = project.write(
            &format!("{number}.spec.ts"),
            "import { readFileSync } from 'node:fs';\nimport { test, expect } from '@playwright/test';\ntest('engine', () => expect(readFileSync(process.env.ENGINE!, 'utf8')).toBe('an engine\\n'));\n",
        );
    }
    std::os::unix::fs::symlink(&modules, project.path("node_modules")).expect("a link");
    let cli = cli.to_str().expect("a path");
    let said = check_passed(&project, &mut command(&project, "node", &[cli, "test"]));
    assert!(said.stdout.contains("2 passed"), "{}", said.stdout);
}

/// A package whose tests need the engine, and one that does not.
fn package(nextest: &str) -> Project {
    project()
        .write("Cargo.toml", "[package]\nname = \"engine\"\nedition = \"2024\"\n\n[workspace]\n")
        .write(
            "src/lib.rs",
            "#[test]\nfn engine_is_there() {\n    let path = std::env::var(\"ENGINE\").unwrap();\n    assert_eq!(std::fs::read_to_string(path).unwrap(), \"an engine\\n\");\n}\n\n#[test]\nfn other() {}\n",
        )
        .write(".config/nextest.toml", &file(nextest))
}

/// The value of `command` in a file for nextest.
fn script(nextest: &str) -> String {
    let text = file(nextest);
    let line = text.lines().find_map(|line| line.strip_prefix("command = "));
    line.expect("a command").trim_matches('"').to_owned()
}

#[test]
fn nextest_has_the_libraries_imported_by_its_scripts() {
    if is_missing(Command::new("cargo-nextest").args(["nextest", "--version"])) {
        return;
    }
    for nextest in ["nextest/setup-script.toml", "nextest/wrapper-script.toml"] {
        let project = package(nextest);
        let mut command = command(&project, "cargo-nextest", &["nextest", "run", "--offline"]);
        command.env("CARGO_TARGET_DIR", project.path("target"));
        let said = check_passed(&project, &mut command);
        assert!(said.stderr.contains("2 tests run: 2 passed"), "{}", said.stderr);
    }
}

#[test]
fn the_scripts_for_nextest_do_what_it_asks_of_them() {
    // A set-up script hands variables over in the file that NEXTEST_ENV names.
    let project = project();
    let words = script("nextest/setup-script.toml");
    let mut setup = command(&project, "sh", &["-c", &words]);
    check_passed(&project, setup.env("NEXTEST_ENV", project.path("variables")));
    assert!(project.read("variables").contains("ENGINE="), "{}", project.read("variables"));
    // A wrapper gets the test's own command behind its own words.
    let words = format!("{} sh tests/all.sh", script("nextest/wrapper-script.toml"));
    check_passed(&project, &mut command(&project, "sh", &["-c", &words]));
}

#[test]
fn deno_tasks_and_npm_scripts_import_first() {
    let npm = project().write("package.json", &file("npm/package.json")).write(
        "tests/engine.test.js",
        "const { readFileSync } = require('node:fs');\nrequire('node:test')('engine', () => require('node:assert').equal(readFileSync(process.env.ENGINE, 'utf8'), 'an engine\\n'));\n",
    );
    if !is_missing(Command::new("npm").arg("--version")) {
        let said = check_passed(&npm, &mut command(&npm, "npm", &["test"]));
        assert!(said.stdout.contains("pass 1"), "{}", said.stdout);
    }
    let deno = project().write("deno.json", &file("deno/deno.json")).write(
        "tests/engine_test.ts",
        "Deno.test('engine', () => {\n  const text = Deno.readTextFileSync(Deno.env.get('ENGINE')!);\n  if (text !== 'an engine\\n') throw new Error(text);\n});\n",
    );
    if !is_missing(Command::new("deno").arg("--version")) {
        let said = check_passed(&deno, &mut command(&deno, "deno", &["task", "test"]));
        assert!(said.stdout.contains("1 passed"), "{}", said.stdout);
    }
}
