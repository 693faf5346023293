//! Trees of many packages, and the manifests that they get.

use super::manifest_of;

#[test]
fn each_package_of_a_monorepo_has_suites_in_its_own_folder() {
    let vitest = r#"{ "devDependencies": { "vitest": "^4" } }"#;
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "private": true, "workspaces": ["packages/*"], "scripts": { "test": "npm test --workspaces" } }"#),
        ("package-lock.json", ""),
        ("packages/core/package.json", vitest),
        ("packages/core/src/a.test.ts", ""),
        ("packages/web/package.json", r#"{ "scripts": { "test": "jest --coverage" } }"#),
        ("packages/web/a.test.js", ""),
        ("packages/old/package.json", r#"{ "scripts": { "test": "mocha" } }"#),
        ("packages/old/a.test.js", ""),
        ("a/deno.json", r#"{ "exclude": ["gen"] }"#),
        ("a/sum_test.ts", ""),
        ("a/gen/other_test.ts", ""),
        ("py/pyproject.toml", "[tool.pytest.ini_options]\n"),
        ("py/tests/test_a.py", ""),
        ("rust/Cargo.toml", "[workspace]\nmembers = [\"x\"]\n"),
        ("rust/x/Cargo.toml", "[package]\nname = \"x\"\n"),
        ("go/go.mod", "module example.org/a\n"),
        ("go/a_test.go", ""),
        ("native/CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(n)\nenable_testing()\n"),
        ("native/sub/CMakeLists.txt", "add_test(NAME a COMMAND a)\n"),
        ("tests/check.sh", ""),
    ]), @r#"
    # Shell: a process for each script, which passes when it exits with 0.
    [suite.shell]
    files = ["tests/**/*.sh"]
    run = ["sh", "{file}", "{args}"]

    # Deno: a process for each file, with every permission.
    [suite.deno-a]
    kind = "deno"
    cwd = "a"
    args = ["--allow-all"]

    # Go: a test for each package.
    [suite.go-go]
    kind = "go"
    cwd = "go"
    timeout = "30m"

    # CMake: built first, then a process for each test of CTest.
    [suite.ctest-native]
    kind = "ctest"
    cwd = "native"

    # Vitest: a process for each file.
    [suite.vitest-core]
    kind = "vitest"
    cwd = "packages/core"

    # One test: the script `test` of package.json, `mocha`.
    [test.npm-old]
    cwd = "packages/old"
    run = ["npm", "test", "--", "{args}"]
    timeout = "30m"

    # Jest: a process for each file.
    [suite.jest-web]
    kind = "jest"
    cwd = "packages/web"

    # pytest: a process for each file.
    [suite.pytest-py]
    kind = "pytest"
    cwd = "py"

    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo-rust]
    kind = "cargo"
    cwd = "rust"
    args = ["--workspace"]
    "#);
}

#[test]
fn what_a_package_leaves_is_the_projects() {
    // The package at the top has the runner, and one of its members another one.
    insta::assert_snapshot!(manifest_of(&[
        ("package.json", r#"{ "devDependencies": { "vitest": "^4" } }"#),
        ("src/a.test.ts", ""),
        ("packages/a/package.json", "{}"),
        ("packages/a/a.test.ts", ""),
        ("tools/deno.json", "{}"),
        ("tools/b.test.ts", ""),
        ("services/py/requirements.txt", "pytest\n"),
        ("services/py/test_a.py", "import pytest\n"),
        ("test_top.py", "import pytest\n"),
    ]), @r#"
    # Vitest: a process for each file.
    [suite.vitest]
    kind = "vitest"
    exclude = ["tools/**"]

    # pytest: a process for each file.
    [suite.pytest]
    kind = "pytest"
    exclude = ["services/py/**"]

    # pytest: a process for each file.
    [suite.pytest-py]
    kind = "pytest"
    cwd = "services/py"

    # Deno: a process for each file, with every permission.
    [suite.deno-tools]
    kind = "deno"
    cwd = "tools"
    args = ["--allow-all"]
    "#);
}

#[test]
fn packages_of_one_name_are_told_apart() {
    let names = manifest_of(&[
        ("a/web/package.json", r#"{ "scripts": { "test": "x" } }"#),
        ("b/web/package.json", r#"{ "scripts": { "test": "x" } }"#),
        ("b-web/package.json", r#"{ "scripts": { "test": "x" } }"#),
        ("sign[1]/package.json", r#"{ "scripts": { "test": "x" } }"#),
    ]);
    let names: Vec<&str> = names.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(names, ["[test.npm-a-web]", "[test.npm-b-web]", "[test.npm-b-web-2]"]);
}

#[test]
fn cargos_members_are_the_workspaces() {
    insta::assert_snapshot!(manifest_of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\nexclude = [\"tools/gen\"]\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
        ("tools/gen/Cargo.toml", "[package]\nname = \"gen\"\n"),
        ("fuzz/Cargo.toml", "[package]\nname = \"f\"\n[package.metadata]\ncargo-fuzz = true\n[workspace]\n"),
        ("own/Cargo.toml", "[package]\nname = \"own\"\n[workspace]\n"),
        ("broken/Cargo.toml", "[package\n"),
    ]), @r#"
    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo]
    kind = "cargo"
    args = ["--workspace"]

    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo-own]
    kind = "cargo"
    cwd = "own"
    args = ["--workspace"]

    # Cargo: a process for each test, and one for those of the documentation.
    [suite.cargo-gen]
    kind = "cargo"
    cwd = "tools/gen"
    "#);
}

#[test]
fn a_framework_above_packages_runs_only_what_they_leave() {
    let playwright = "import { test } from '@playwright/test';";
    let root = r#"{ "scripts": { "test": "pnpm -r test" }, "devDependencies": { "vitest": "^4", "@playwright/test": "1" } }"#;
    let packages = [
        ("package.json", root),
        ("packages/a/package.json", r#"{ "devDependencies": { "vitest": "^4" } }"#),
        ("packages/a/a.test.ts", ""),
        ("packages/old/package.json", r#"{ "scripts": { "test": "mocha" } }"#),
        ("packages/old/a.test.js", ""),
        ("apps/web/package.json", r#"{ "scripts": { "test": "playwright test" } }"#),
        ("apps/web/e2e/a.spec.ts", playwright),
    ];
    let of_packages = manifest_of(&packages);
    let names: Vec<&str> = of_packages.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(names, ["[suite.playwright-web]", "[suite.vitest-a]", "[test.npm-old]"]);
    let own = [("e2e/b.spec.ts", playwright), ("src/b.test.ts", ""), ("c.test.ts", "")];
    let both = manifest_of(&[packages.as_slice(), &own].concat());
    insta::assert_snapshot!(both.split_once("\n\n# Playwright runs").map_or("", |(own, _)| own), @r#"
    # Playwright: one process for the files that are in no package.
    [suite.playwright]
    kind = "playwright"
    files = ["**/*.spec.ts"]
    exclude = ["apps/web/**", "packages/a/**", "**/node_modules/**", "c.test.ts", "src/**"]
    batch = 1000
    timeout = "30m"

    # Vitest: a process for each file.
    [suite.vitest]
    kind = "vitest"
    files = ["**/*.test.ts"]
    exclude = ["apps/web/**", "packages/a/**", "**/node_modules/**", "e2e/**"]
    "#);
    let configured = ("playwright.config.ts", "export default { testDir: 'e2e' };");
    let with_configuration = manifest_of(&[packages.as_slice(), &own, &[configured]].concat());
    insta::assert_snapshot!(with_configuration.split("\n\n").next().unwrap_or_default(), @r#"
    # Playwright runs as one test: its configuration may start servers that all of its tests share.
    [suite.playwright]
    kind = "playwright"
    timeout = "30m"
    "#);
}

#[test]
fn a_module_of_go_below_another_one_has_its_own_packages() {
    let manifest = manifest_of(&[
        ("go.mod", "module example.org/a\n"),
        ("main.go", ""),
        ("tools/go.mod", "module example.org/tools\n"),
        ("tools/a_test.go", ""),
    ]);
    let names: Vec<&str> = manifest.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(names, ["[suite.go-tools]"]);
}
