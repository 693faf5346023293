//! Suites that go through another runner, with the real one: what it runs, and what it says when it runs nothing.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Project, Said, is_missing};

/// A project whose suite `s` has this kind. In the file `ran` something runs, in the others nothing does.
fn check(kind: &str, ran: (&str, &str), empty: &[(&str, &str)]) {
    check_in(Project::new(&format!("[suite.s]\nkind = \"{kind}\"\n")), ran, empty);
}

fn check_in(mut project: Project, ran: (&str, &str), empty: &[(&str, &str)]) {
    for &(name, text) in empty.iter().chain([&ran]) {
        project = project.write(name, text);
    }
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let has = |verb: &str, name: &str| {
        let line = |line: &str| line.contains(&format!(" {verb} [")) && line.contains(name);
        assert!(said.stderr.lines().any(line), "no {verb} of {name} in:\n{}", said.stderr);
    };
    has("PASS", ran.0);
    let skips = |file: &(&str, &str)| {
        let text = format!("{} {}", file.0, file.1);
        ["skip", "ignore", "todo"].iter().any(|word| text.contains(word))
    };
    for file in empty {
        has(if skips(file) { "SKIP" } else { "EMPTY" }, file.0);
    }
    let nothing = match empty.iter().filter(|file| !skips(file)).count() {
        0 => String::new(),
        count => format!(" ({count} empty)"),
    };
    let summary = format!("1 test run: 1 passed, {} skipped{nothing}", empty.len());
    assert!(said.stderr.contains(&summary), "{}", said.stderr);
    // A run of nothing is none.
    let said = project.probe(&["run", "-s", &format!("file:={}", empty[0].0)]);
    assert_eq!(said.code, 4, "{}", said.stderr);
}

/// A project whose suite `s` has this kind, with the packages among which `program` is found; `None` if it is missing.
pub(crate) fn with_packages(kind: &str, program: &str) -> Option<Project> {
    if is_missing(Command::new(program).arg("--version")) {
        return None;
    }
    let project = Project::new(&format!("[suite.s]\nkind = \"{kind}\"\n"))
        .write("package.json", "{ \"private\": true }");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_installed = |directory: &PathBuf| {
        directory.ends_with("node_modules/.bin") && directory.join(program).is_file()
    };
    let programs = std::env::split_paths(&path).find(is_installed).expect("it is a package");
    let packages = programs.parent().expect("programs are among the packages");
    std::os::unix::fs::symlink(packages, project.path("node_modules")).expect("a link");
    Some(project)
}

#[test]
fn pytest() {
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"])) {
        return;
    }
    check(
        "pytest",
        ("tests/test_sum.py", "def test_sum():\n    assert 1 + 1 == 2\n"),
        &[
            ("tests/test_nothing.py", ""),
            (
                "tests/test_skipped.py",
                "import pytest\n\n@pytest.mark.skip\ndef test_later():\n    pass\n",
            ),
        ],
    );
}

#[test]
fn a_file_of_pytest_that_fails_or_does_not_compile_is_a_failure() {
    if is_missing(Command::new("python3").args(["-m", "pytest", "--version"])) {
        return;
    }
    let project = Project::new("[suite.s]\nkind = \"pytest\"\nargs = [\"-q\"]\nbatch = 2\n")
        .write("test_a.py", "def test_a():\n    assert False\n")
        .write("test_b.py", "")
        .write("test_c.py", "def (\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("2 tests run: 0 passed, 2 failed\n"), "{}", said.stderr);
}

#[test]
fn what_failed_and_then_ran_nothing_has_failed() {
    let project = Project::new(
        "[suite.s]\nkind = \"pytest\"\nfiles = [\"a.sh\"]\nrun = [\"sh\", \"{file}\"]\nretries = 1\n",
    )
    .write("a.sh", "test -e tried && exit 5; touch tried; exit 1");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(
        said.stderr.contains("EMPTY [   TIME ] s a.sh: nothing ran, attempt 2"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_run_of_nothing_names_what_was_empty_and_keeps_what_is_outstanding() {
    let project = Project::new(
        "[suite.s]\nkind = \"pytest\"\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n",
    )
    .write("a.sh", "exit 1")
    .write("b.sh", "exit 5");
    assert_eq!(project.probe(&["run"]).code, 100);
    let project = project.write("a.sh", "exit 5");
    let said = project.probe(&["run", "--failed", "-j1"]);
    assert_eq!(said.code, 4);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 1 test, 1 at once, 1 skipped (run ID)
           EMPTY [   TIME ] (1/1) s a.sh: nothing ran
    ────────────
         SUMMARY [   TIME ] 0 tests run: 0 passed, 2 skipped (1 empty)
           EMPTY 1 test in which nothing ran: counted as skipped, not as passed
                 - s a.sh
                 `--success-output immediate` shows what they print
    ");
    // It has not passed since it failed.
    assert!(project.probe(&["run", "--failed"]).stderr.contains("STARTING 1 test,"));
}

#[test]
fn a_kind_that_finds_no_file_says_what_it_looked_for() {
    let said = Project::new("[suite.s]\nkind = \"pytest\"\n").probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r#"
      × `probe.toml` has a mistake

      × suite `s` finds no test file of `pytest`
       ╭─[probe.toml:2:1]
     1 │ [suite.s]
     2 │ kind = "pytest"
       · ────
       ╰────
      help: it looks for `**/test_*.py`, `**/*_test.py`, and at nothing that ignore files leave out; `files` names others
    "#);
}

/// The tests of Cargo in a target directory of their own: one that the tests of probe itself share would make them wait.
pub(crate) fn cargo(project: &Project, arguments: &[&str]) -> Said {
    let mut command = project.command(arguments);
    command.env("CARGO_TARGET_DIR", project.path("target")).env("CARGO_NET_OFFLINE", "true");
    project.end(project.start_command(&mut command))
}

/// A package with tests of every sort.
fn package() -> Project {
    Project::new("[suite.rust]\nkind = \"cargo\"\n")
        .write(
            "Cargo.toml",
            "[package]\nname = \"units\"\nversion = \"1.2.3-rc.1\"\nedition = \"2024\"\n\n\
             [[test]]\nname = \"own\"\nharness = false\n\n[[bench]]\nname = \"slow\"\nharness = false\n",
        )
        .write("build.rs", "fn main() { println!(\"cargo::rustc-env=BUILT_BY=script\"); }\n")
        .write(
            "src/lib.rs",
            "/// Twice.\n///\n/// ```\n/// assert_eq!(units::twice(2), 4);\n/// ```\n\
             pub fn twice(number: u32) -> u32 { number * 2 }\n\n\
             #[cfg(test)]\nmod tests {\n    #[test]\n    fn two_is_one_twice() { assert_eq!(super::twice(1), 2) }\n\
             #[test]\n    #[ignore]\n    fn takes_long() { panic!(\"it ran\") }\n}\n",
        )
        .write("src/main.rs", "fn main() {}\n\n#[test]\nfn starts() {}\n")
        .write(
            "tests/given.rs",
            "use std::env::{current_dir, var};\n\n#[test]\nfn what_cargo_gives() {\n\
             assert_eq!(current_dir().unwrap().to_str().unwrap(), env!(\"CARGO_MANIFEST_DIR\"));\n\
             assert_eq!(var(\"CARGO_MANIFEST_DIR\").unwrap(), env!(\"CARGO_MANIFEST_DIR\"));\n\
             assert_eq!(var(\"CARGO_PKG_VERSION\").unwrap(), \"1.2.3-rc.1\");\n\
             assert_eq!(var(\"CARGO_PKG_VERSION_PRE\").unwrap(), \"rc.1\");\n\
             assert_eq!(var(\"BUILT_BY\").unwrap(), \"script\");\n\
             assert_eq!(var(\"CONFIGURED\").unwrap(), \"yes\");\n\
             assert!(var(\"DATA\").unwrap().ends_with(\"/data\"));\n\
             assert_ne!(var(\"PATH\").unwrap(), \"overridden\");\n\
             assert!(std::path::Path::new(&var(\"CARGO\").unwrap()).is_file());\n\
             assert!(std::path::Path::new(&var(\"CARGO_BIN_EXE_units\").unwrap()).is_file());\n\
             let paths = var(\"LD_LIBRARY_PATH\").unwrap();\n\
             assert!(paths.contains(\"/target/debug/deps\"));\n\
             let cargo = std::path::PathBuf::from(var(\"CARGO\").unwrap());\n\
             let own = cargo.parent().unwrap().parent().unwrap().join(\"lib\");\n\
             assert!(std::env::split_paths(&paths).any(|path| path == own), \"{paths}\");\n}\n",
        )
        .write(
            ".cargo/config.toml",
            "[env]\nCONFIGURED = \"yes\"\nPATH = \"overridden\"\nDATA = { value = \"data\", relative = true }\n",
        )
        .write("tests/none.rs", "")
        .write("tests/own.rs", "fn main() { assert_eq!(std::env::args().nth(1), None); }\n")
        .write("benches/slow.rs", "fn main() { panic!(\"benchmarks are no tests\") }\n")
}

#[test]
fn cargo_has_a_test_for_each_test_of_each_binary() {
    let project = package();
    let said = cargo(&project, &["list"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @"
    rust units tests::two_is_one_twice
    rust units::bin/units starts
    rust units::given what_cargo_gives
    rust units::own
    rust (documentation)
    ");
    let said = cargo(&project, &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("5 tests run: 5 passed, 1 skipped"), "{}", said.stderr);
    let said = cargo(&project, &["run", "--run-ignored", "only", "--", "--color=never"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.contains("it ran"), "{}", said.stderr);
    assert!(said.stderr.contains("1 test run: 0 passed, 1 failed, 5 skipped"), "{}", said.stderr);
}

/// What `cargo test` finds must be found here: a shared library of the workspace, wherever Cargo puts it.
#[test]
fn cargo_has_built_what_tests_link_wherever_its_directories_are() {
    let split = "[build]\nbuild-dir = \"elsewhere\"\n";
    let new = "[unstable]\nbuild-dir-new-layout = true\n";
    for layout in [split, &format!("{split}{new}")] {
        let config = format!("{layout}[target.'cfg(all())']\nrustflags = [\"-Cprefer-dynamic\"]\n");
        let project = Project::new("[suite.rust]\nkind = \"cargo\"\nargs = [\"--tests\"]\n")
            .write(".cargo/config.toml", &config)
            .write(
                "Cargo.toml",
                "[package]\nname = \"app\"\nedition = \"2024\"\n[workspace]\nmembers = [\"shared\"]\n\
                 [dependencies]\nshared = { path = \"shared\" }\n",
            )
            .write("src/main.rs", "fn main() {}\n")
            .write(
                "tests/it.rs",
                "#[test]\nfn links() {\n    assert_eq!(shared::two(), 2);\n    \
                 assert!(std::fs::exists(std::env::var(\"CARGO_BIN_EXE_app\").unwrap()).unwrap());\n}\n",
            )
            .write("shared/Cargo.toml", "[package]\nname = \"shared\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"dylib\"]\n")
            .write("shared/src/lib.rs", "pub fn two() -> u32 { 2 }\n");
        let mut command = project.command(&["run"]);
        // What an older Cargo does not know yet, it leaves as it was.
        command.env("CARGO_NET_OFFLINE", "true").env("RUSTC_BOOTSTRAP", "1");
        let said = project.end(project.start_command(&mut command));
        assert_eq!(said.code, 0, "{layout}{}", said.stderr);
        assert!(said.stderr.contains("1 passed"), "{layout}{}", said.stderr);
    }
}

#[test]
fn cargo_builds_and_lists_with_the_libraries_of_its_suite() {
    let project = Project::new(
        "[library.words]\nurl = \"words/words.so\"\nenv = { LD_LIBRARY_PATH = \"{dir}\" }\nkind = \"data\"\n\
         [suite.rust]\nkind = \"cargo\"\nargs = [\"--tests\"]\nneeds = [\"words\"]\nenv = { AT_BUILD = \"yes\" }\n",
    )
    .write("words/words.so", "words")
    .write("Cargo.toml", "[package]\nname = \"units\"\nedition = \"2024\"\n")
    .write(
        "build.rs",
        "fn main() {\n    let path = std::env::var(\"PROBE_LIBRARY_WORDS\").unwrap();\n    \
         assert_eq!(std::fs::read_to_string(path).unwrap(), \"words\");\n    \
         assert_eq!(std::env::var(\"AT_BUILD\").unwrap(), \"yes\");\n}\n",
    )
    .write("src/lib.rs", "")
    .write(
        "tests/it.rs",
        "#[test]\nfn finds() {\n    let words = std::env::var(\"PROBE_LIBRARY_WORDS\").unwrap();\n    \
         let paths = std::env::var(\"LD_LIBRARY_PATH\").unwrap();\n    \
         let own = std::path::Path::new(&words).parent().unwrap();\n    \
         assert!(std::env::split_paths(&paths).any(|path| path == own), \"{paths}\");\n    \
         assert!(paths.contains(\"/target/debug/deps\"), \"{paths}\");\n}\n",
    );
    let said = cargo(&project, &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 test run: 1 passed"), "{}", said.stderr);
}

#[test]
fn a_build_that_hangs_is_ended() {
    let project = package().write("build.rs", "fn main() { loop { std::thread::park() } }\n").write(
        "probe.toml",
        "[run]\ntimeout = \"25ms\"\ngrace = \"50ms\"\n[suite.rust]\nkind = \"cargo\"\nargs = [\"--lib\"]\n",
    );
    let said = cargo(&project, &["list"]);
    assert_eq!(said.code, 104);
    let words = "took longer than 300ms, and was ended";
    assert!(said.stderr.contains(words), "{}", said.stderr);
    let way_out =
        "a build may take 12 times as long as a test: raise `timeout` in `[suite.rust]` or `[run]`";
    assert!(said.stderr.contains(way_out), "{}", said.stderr);
}

#[test]
fn cargo_says_itself_what_does_not_compile() {
    let project =
        package().write("tests/broken.rs", "#[test]\nfn broken() { let x: u32 = \"1\"; }\n");
    let said = cargo(&project, &["run"]);
    assert_eq!(said.code, 104);
    let start = "  × cannot list the tests of suite `rust`: `cargo test --no-run --message-format=json-render-diagnostics` exited with 101";
    assert!(said.stderr.contains(start), "{}", said.stderr);
    assert!(said.stderr.contains("fn broken() { let x: u32 = \"1\"; }"), "{}", said.stderr);
    assert!(said.stderr.contains("expected `u32`, found `&str`"), "{}", said.stderr);
    // What is not built with these arguments hurts nobody.
    let project =
        project.write("probe.toml", "[suite.rust]\nkind = \"cargo\"\nargs = [\"--lib\"]\n");
    let said = cargo(&project, &["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 test run: 1 passed, 1 skipped"), "{}", said.stderr);
}

#[test]
fn cargo_that_runs_no_test_is_empty() {
    let project = package().write(
        "probe.toml",
        "[suite.rust]\nkind = \"cargo\"\nrun = [\"cargo\", \"test\", \"--lib\", \"--\", \"no_such_test\"]\n",
    );
    let said = cargo(&project, &["run"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    assert!(said.stderr.contains("EMPTY [   TIME ] (1/1) rust: nothing ran"), "{}", said.stderr);
}

#[test]
fn deno() {
    if is_missing(Command::new("deno").arg("--version")) {
        return;
    }
    check(
        "deno",
        ("sum_test.ts", "Deno.test(\"sum\", () => {});\n"),
        &[
            ("nothing_test.ts", "export const nothing = 1;\n"),
            ("ignored_test.ts", "Deno.test({ name: \"later\", ignore: true, fn() {} });\n"),
        ],
    );
    let project = Project::new("[suite.s]\nkind = \"deno\"\nfiles = [\"*_test.ts\"]\n")
        .write("deno.json", "{ \"exclude\": [\"left_out_test.ts\"] }")
        .write("left_out_test.ts", "Deno.test(\"sum\", () => {});\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    // What needs a permission that nobody has given fails, and asks nobody.
    let project = Project::new("[suite.s]\nkind = \"deno\"\n")
        .write("a_test.ts", "Deno.test(\"a\", () => { Deno.env.get(\"HOME\"); });\n");
    assert_eq!(project.probe(&["run"]).code, 100);
    let project =
        project.write("probe.toml", "[suite.s]\nkind = \"deno\"\nargs = [\"--allow-env=HOME\"]\n");
    assert_eq!(project.probe(&["run"]).code, 0);
}

#[test]
fn node_with_every_reporter() {
    if is_missing(Command::new("node").arg("--version")) {
        return;
    }
    // `node` is whichever runner the package has, which here is none but Node's own.
    for (kind, reporter) in [("node", "spec"), ("node", "tap"), ("node-test", "spec")] {
        let manifest =
            format!("[suite.s]\nkind = \"{kind}\"\nargs = [\"--test-reporter={reporter}\"]\n");
        check_in(
            Project::new(&manifest).write("package.json", "{ \"type\": \"module\" }"),
            ("test/sum.js", "import { test } from \"node:test\";\ntest(\"sum\", () => {});\n"),
            &[
                ("test/nothing.js", "export const nothing = 1;\n"),
                (
                    "later.test.js",
                    "import { test } from \"node:test\";\ntest.skip(\"later\", () => {});\n",
                ),
                (
                    "suite.test.js",
                    "import { describe } from \"node:test\";\ndescribe(\"none\", () => {});\n",
                ),
            ],
        );
    }
}

#[test]
fn vitest() {
    let Some(project) = with_packages("vitest", "vitest") else { return };
    let skipped =
        "import { test } from \"vitest\";\ntest.skip(\"later\", () => {});\ntest.todo(\"more\");\n";
    check_in(
        project,
        ("sum.test.js", "import { test } from \"vitest\";\ntest(\"sum\", () => {});\n"),
        &[("later.test.js", skipped)],
    );
}

#[test]
fn jest() {
    let Some(project) = with_packages("jest", "jest") else { return };
    check_in(
        project,
        ("sum.test.js", "test(\"sum\", () => {});\n"),
        &[("later.test.js", "test.skip(\"later\", () => {});\n")],
    );
}

#[test]
fn playwright_is_one_test() {
    let Some(project) = with_packages("playwright", "playwright") else { return };
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    assert!(said.stderr.contains("EMPTY [   TIME ] (1/1) s: nothing ran"), "{}", said.stderr);
    let test = "const { test } = require(\"@playwright/test\");\n";
    let project =
        project.write("later.spec.js", &format!("{test}test.skip(\"later\", () => {{}});\n"));
    assert_eq!(project.probe(&["run"]).code, 4);
    let project = project.write("sum.spec.js", &format!("{test}test(\"sum\", () => {{}});\n"));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 test run: 1 passed"), "{}", said.stderr);
}

/// By a program that says what probitas says, since that is in no registry of packages that every machine reaches.
#[test]
fn probitas() {
    let task = "{ \"tasks\": { \"probitas\": \"sh probitas.sh\" } }";
    let runner = "case \"$2\" in\n\
        none*) echo 'No scenarios found in files' >&2; exit 4;;\n\
        skipped*) printf 'Summary\\n  ✓ 0 scenarios passed\\n  ⊘ 1 scenarios skipped\\n\\n1 scenarios total [1.000ms]\\n';;\n\
        *) printf 'Summary\\n  ✓ 1 scenarios passed\\n\\n1 scenarios total [1.000ms]\\n';;\nesac\n";
    if is_missing(Command::new("deno").arg("--version")) {
        return;
    }
    check_in(
        Project::new("[suite.s]\nkind = \"probitas\"\n")
            .write("deno.json", task)
            .write("probitas.sh", runner),
        ("login.probitas.ts", ""),
        &[("none.probitas.ts", ""), ("skipped.probitas.ts", "")],
    );
}
