//! `init` in projects of every shape: what it writes runs as it is. A tool that a machine may not have is a script that
//! says what the tool says, before it in PATH; one that is there runs itself, too.

use std::process::Command;

use crate::kinds::with_packages;
use crate::support::{Project, Said, is_missing};

/// Runs `init`, and what it has written. Of the tools in `bin`, those of the project come first.
fn check(project: &Project, tests: &str) {
    let said = probe(project, &["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = probe(project, &["run"]);
    let manifest = project.read("probe.toml");
    assert_eq!(said.code, 0, "{}\n{manifest}", said.stderr);
    assert!(said.stderr.contains(tests), "{}\n{manifest}", said.stderr);
}

fn probe(project: &Project, arguments: &[&str]) -> Said {
    let mut command = project.command(arguments);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = std::iter::once(project.path("bin")).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(own).expect("paths without colons"));
    command.env("CARGO_TARGET_DIR", project.path("target")).env("CARGO_NET_OFFLINE", "true");
    command.env("GOCACHE", project.path(".go")).env("GOFLAGS", "-mod=mod").env("GOPROXY", "off");
    project.end(project.start_command(&mut command))
}

/// A tool that stands in for one that is not here.
fn with_tool(project: Project, name: &str, script: &str) -> Project {
    use std::os::unix::fs::PermissionsExt;
    let project = project.write(name, &format!("#!/bin/sh\n{script}"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path(name), mode).expect("a program");
    project
}

#[test]
fn a_monorepo_runs_each_package_in_its_folder_with_its_own_tools() {
    // Each tool says by its code that it runs where its package is.
    let project = Project::bare()
        .write(".gitignore", "node_modules/\n.venv/\nbin/\nstore/\n")
        .write("package.json", r#"{ "workspaces": ["packages/*"] }"#)
        .write("package-lock.json", "{}")
        .write("packages/core/package.json", r#"{ "devDependencies": { "vitest": "^4" } }"#)
        .write("packages/core/src/sum.test.ts", "")
        .write("packages/old/package.json", r#"{ "scripts": { "test": "jest" } }"#)
        .write("packages/old/a.test.js", "")
        .write("packages/old/b.test.js", "")
        .write("a/deno.json", "{}")
        .write("a/sum_test.ts", "")
        .write("py/pyproject.toml", "[tool.pytest.ini_options]\n")
        .write("py/tests/test_a.py", "")
        .write("go/go.mod", "module example.org/m\n")
        .write("go/a_test.go", "")
        .write("rust/Cargo.toml", "[package]\nname = \"r\"\nedition = \"2024\"\n")
        .write("rust/src/lib.rs", "#[test]\nfn one() {}\n");
    let project = [
        ("packages/core/node_modules/.bin/vitest", "test -f package.json -a -f \"$2\""),
        // It is installed at the top, as npm does.
        ("node_modules/.bin/jest", "test -f package.json -a \"$1\" = --runTestsByPath -a -f \"$2\" && echo 'Tests:       1 passed, 1 total'"),
        ("py/.venv/bin/python", "test \"$2\" = pytest -a -f \"$3\" -a -f pyproject.toml && echo '1 passed in 0.01s'"),
        ("bin/deno", "test -f deno.json -a -f \"$4\" && echo 'ok | 1 passed | 0 failed (1ms)'"),
        (
            "bin/go",
            "test -f go.mod || exit 1\ncase $1 in\n\
             list) test \"$3\" = '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' && echo example.org/m;;\n\
             test) test \"$2\" = example.org/m;;\nesac",
        ),
    ]
    .into_iter()
    .fold(project, |project, (name, script)| with_tool(project, name, script));
    check(&project, "7 tests run: 7 passed");
}

#[test]
fn packages_of_node_python_and_deno_run_with_their_real_runners() {
    let Some(project) = with_packages("node", "vitest") else { return };
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"]))
        || is_missing(Command::new("deno").arg("--version"))
    {
        return;
    }
    std::fs::remove_file(project.path("probe.toml")).expect("its manifest");
    let vitest = "import { test } from \"vitest\";\ntest(\"sum\", () => {});\n";
    let project = project
        .write(
            "packages/a/package.json",
            r#"{ "type": "module", "devDependencies": { "vitest": "*" } }"#,
        )
        .write("packages/a/sum.test.ts", vitest)
        .write("packages/b/package.json", r#"{ "devDependencies": { "jest": "*" } }"#)
        .write("packages/b/sum.test.js", "test(\"sum\", () => {});\n")
        .write("packages/c/package.json", r#"{ "scripts": { "test": "node --test" } }"#)
        .write("packages/c/sum.test.js", "require(\"node:test\").test(\"sum\", () => {});\n")
        .write("py/setup.py", "")
        .write("py/test_sum.py", "import helper\n\ndef test_sum():\n    pass\n")
        .write("py/helper.py", "")
        .write("a/deno.jsonc", "{ \"tasks\": { \"test\": \"deno test\" } }")
        .write("a/sum_test.ts", "Deno.test(\"sum\", () => {});\n");
    check(&project, "5 tests run: 5 passed");
}

#[test]
fn many_files_of_a_framework_run_in_batches() {
    let Some(mut project) = with_packages("node", "vitest") else { return };
    std::fs::remove_file(project.path("probe.toml")).expect("its manifest");
    project = project
        .write("package.json", r#"{ "type": "module", "devDependencies": { "vitest": "*" } }"#);
    let vitest = "import { test } from \"vitest\";\ntest(\"sum\", () => {});\n";
    for number in 10..34 {
        project = project.write(&format!("a{number}.test.ts"), vitest);
    }
    check(&project, "12 tests run: 12 passed");
}

#[test]
fn bun_runs_each_file_by_its_path() {
    let project = Project::bare()
        .write("package.json", r#"{ "scripts": { "test": "bun test" } }"#)
        .write("src/a.test.ts", "import { test } from \"bun:test\";\n");
    check(&with_tool(project, "bin/bun", "test \"$1 $2\" = 'test ./src/a.test.ts'"), "1 passed");
}

/// What ran and what did not, by the runners' own words.
fn statuses(project: &Project) -> String {
    let said = probe(project, &["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = probe(project, &["run", "--status-level", "all"]);
    let words = ["PASS", "FAIL", "SKIP", "EMPTY"];
    let mut lines: Vec<String> = Vec::new();
    for line in said.stderr.lines().take_while(|line| !line.starts_with('─')) {
        let first = line.split_whitespace().next().filter(|first| words.contains(first));
        // The time and the number differ.
        if let (Some(first), Some((_, rest))) = (first, line.split_once("] ("))
            && let Some((_, rest)) = rest.split_once(") ")
        {
            lines.push(format!("{first} {rest}"));
        }
    }
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn bun_is_understood_when_it_says_that_nothing_ran() {
    if is_missing(Command::new("bun").arg("--version")) {
        return;
    }
    let file = |body: &str| format!("import {{ test }} from \"bun:test\";\n{body}\n");
    let project = Project::bare()
        .write("package.json", r#"{ "scripts": { "test": "bun test" } }"#)
        .write("src/a.test.ts", &file("test(\"a\", () => {});"))
        .write("src/b.test.ts", &file("test(\"b\", () => { throw new Error(\"no\"); });"))
        .write("src/c.test.ts", &file("test.skip(\"c\", () => {}); test.todo(\"d\");"))
        .write("src/d.test.ts", "export {};\n")
        // It ends with 0 and says nothing.
        .write("src/e.test.ts", &file("process.exit(0); test(\"e\", () => {});"))
        // A part of this name is the name of another file.
        .write("other/src/a.test.ts", &file("test(\"a\", () => {});"));
    insta::assert_snapshot!(statuses(&project), @"
    EMPTY bun src/d.test.ts: nothing ran
    FAIL bun src/b.test.ts: exit code 1
    FAIL bun src/e.test.ts: exit code 0, but it ended before its result
    PASS bun other/src/a.test.ts
    PASS bun src/a.test.ts
    SKIP bun src/c.test.ts: all 2 tests in it are skipped
    ");
}

#[test]
fn go_is_understood_when_it_says_that_nothing_ran() {
    if is_missing(Command::new("go").arg("version")) {
        return;
    }
    let file = |body: &str| format!("package x\n\nimport \"testing\"\n\n{body}\n");
    let project = Project::bare()
        .write("go.mod", "module example.org/m\n\ngo 1.18\n")
        .write("a/a_test.go", &file("func TestA(t *testing.T) {}"))
        .write("b/b_test.go", &file("func TestB(t *testing.T) { t.Fatal(1) }"))
        .write("c/c_test.go", "package x\n")
        .write("d/d.go", "package x\n");
    insta::assert_snapshot!(statuses(&project), @"
    EMPTY go example.org/m/c: nothing ran
    FAIL go example.org/m/b: exit code 1
    PASS go example.org/m/a
    ");
}

#[test]
fn make_is_one_test() {
    if is_missing(Command::new("make").arg("--version")) {
        return;
    }
    check(&Project::bare().write("Makefile", "test:\n\ttrue\n"), "1 passed");
}

/// A project whose tests pass, skip, fail if they run twice at once, and are left out.
fn cmake_project() -> Project {
    Project::bare().write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.20)\nproject(sums NONE)\nenable_testing()\n\
         add_test(NAME plus COMMAND true)\nadd_test(NAME \"minus (two)\" COMMAND true)\n\
         add_test(NAME later COMMAND sh -c \"exit 77\")\n\
         set_tests_properties(later PROPERTIES SKIP_RETURN_CODE 77)\n\
         add_test(NAME up COMMAND sh -c \"mkdir database\")\nset_tests_properties(up PROPERTIES FIXTURES_SETUP db)\n\
         add_test(NAME down COMMAND sh -c \"rmdir database\")\nset_tests_properties(down PROPERTIES FIXTURES_CLEANUP db)\n\
         add_test(NAME first COMMAND test -d database)\nadd_test(NAME second COMMAND test -d database)\n\
         set_tests_properties(first second PROPERTIES FIXTURES_REQUIRED db)\n\
         add_test(NAME off COMMAND false)\nset_tests_properties(off PROPERTIES DISABLED TRUE)\n",
    )
}

#[test]
fn cmake_builds_and_runs_each_test_of_ctest_but_those_that_share_something() {
    if is_missing(Command::new("ctest").arg("--version")) {
        return;
    }
    let project = cmake_project().write("probe.toml", "[suite.c]\nkind = \"ctest\"\n");
    let said = project.probe(&["list"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @"
    c plus
    c minus (two)
    c later
    c up … second
    ");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("3 tests run: 3 passed, 2 skipped"), "{}", said.stderr);
    // What fails is shown with what it printed.
    let text = project
        .read("CMakeLists.txt")
        .replace("NAME plus COMMAND true", "NAME plus COMMAND ls nowhere");
    let said = project.write("CMakeLists.txt", &text).probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("nowhere"), "{}", said.stderr);
    check(&cmake_project(), "3 tests run: 3 passed, 2 skipped");
}

#[test]
fn ctest_is_asked_in_the_directory_that_is_built() {
    let listing = r#"{ "kind": "ctestInfo", "tests": [ { "name": "a" }, { "name": "b" } ] }"#;
    let project = Project::bare()
        .write("CMakeLists.txt", "project(x)\nenable_testing()\n")
        .write("cmake-build-debug/CMakeCache.txt", "")
        .write("listing.json", listing);
    let project =
        with_tool(project, "bin/cmake", "test \"$1 $2\" = '--build cmake-build-debug' || exit 1");
    let project = with_tool(
        project,
        "bin/ctest",
        "test \"$2\" = cmake-build-debug || exit 1\ncase \"$*\" in\n\
         *--show-only=json-v1*) cat listing.json;;\n\
         *'-R ^(a)$' | *'-R ^(b)$') ;;\n*) exit 8;;\nesac",
    );
    check(&project, "2 tests run: 2 passed");
}

#[test]
fn cmake_configures_by_the_projects_preset_and_finds_what_it_has_configured() {
    if is_missing(Command::new("ctest").arg("--version")) {
        return;
    }
    let presets = r#"{ "version": 3, "configurePresets": [
        { "name": "base", "hidden": true, "binaryDir": "${sourceDir}/out/${presetName}" },
        { "name": "dev", "inherits": "base", "generator": "Unix Makefiles", "cacheVariables": { "SAYS": "true" } }
    ] }"#;
    // It fails in a directory that is configured in another way.
    let text = "cmake_minimum_required(VERSION 3.20)\nproject(sums NONE)\nenable_testing()\n\
         if(NOT SAYS)\nmessage(FATAL_ERROR \"no preset\")\nendif()\nadd_test(NAME one COMMAND ${SAYS})\n";
    let project = Project::bare().write("CMakeLists.txt", text).write("CMakePresets.json", presets);
    check(&project, "1 test run: 1 passed");
    assert!(project.path("out/dev/CMakeCache.txt").is_file() && !project.path("build").exists());
    let said = probe(&project, &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // Anywhere else it is where somebody says.
    let own = "[suite.c]\nkind = \"ctest\"\nargs = [\"--test-dir\", \"out/dev\"]\n";
    std::fs::remove_file(project.path("CMakePresets.json")).expect("a file");
    let said = probe(&project.write("probe.toml", own), &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}
