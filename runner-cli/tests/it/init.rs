//! `init`, which writes a first manifest, and `add`, which adds a library to one.

use crate::support::Project;

#[test]
fn init_writes_a_manifest_with_which_the_tests_run() {
    let project = Project::bare()
        .write("tests/starts.sh", "true")
        .write("tests/stops.sh", "test -n \"$PROBE\"")
        .write(".gitignore", "build\n")
        .write("build/tests/left-over.sh", "false");
    let said = project.probe(&["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    wrote `probe.toml`
      shell: 2 files, run by `sh {file} {args}`
    `probe list` names the tests, `probe run` runs them
    ");
    insta::assert_snapshot!(project.read("probe.toml"), @r#"
    # The tests of this project, for `probe run`. `probe list` names them, `probe schema` describes every key.
    # `probe add PRESET` adds a library that tests share; [library.NAME] describes any other.

    # Shell: a process for each script, which passes when it exits with 0.
    [suite.shell]
    files = ["tests/**/*.sh"]
    run = ["sh", "{file}", "{args}"]
    "#);
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 2 tests, 1 at once (run ID)
            PASS [   TIME ] (1/2) shell tests/starts.sh
            PASS [   TIME ] (2/2) shell tests/stops.sh
    ────────────
         SUMMARY [   TIME ] 2 tests run: 2 passed
    ");
}

#[test]
fn init_says_what_it_has_found_and_what_becomes_of_it() {
    let project = Project::bare()
        .write("deno.json", r#"{ "imports": { "@db/sqlite": "jsr:@db/sqlite@0.12.0" } }"#)
        .write("a_test.ts", "import \"@db/sqlite\";\n")
        .write("b_test.ts", "import \"@db/sqlite\";\n")
        .write("py/pyproject.toml", "[tool.pytest.ini_options]\n")
        .write("py/test_a.py", "import pyximport\n")
        .write("py/test_b.py", "import pyximport\n")
        .write("rust/Cargo.toml", "[package]\nname = \"r\"\n")
        .write("rust/src/lib.rs", "")
        .write("spec/one_spec.rb", "")
        .write("spec/two_spec.rb", "")
        .write("web/a.spec.ts", "");
    let said = project.probe(&["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    wrote `probe.toml`
      deno: 2 files, of kind `deno`
      pytest-py: 2 files, of kind `pytest`, in `py`
      cargo-rust: a test for each one that is built, in `rust`
    libraries that these need:
      sqlite3: fetched once, before the 2 tests that need it
      pyximport: made by the first of the 2 tests that need it, alone
      deno-types: checked once, before the 2 tests that need it
    seen, and in no suite:
      `web/a.spec.ts`: a runner that no `package.json` or `deno.json` here names
      2 files like `spec/one_spec.rb`: RSpec
    `probe list` names the tests, `probe run` runs them
    `probe lock` pins what is fetched; `probe.lock` belongs into the repository
    ");
}

#[test]
fn init_overwrites_nothing() {
    let project = Project::new("# mine\n").write("tests/a.sh", "true");
    let said = project.probe(&["init"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × `probe.toml` is there already
    help: it is left as it is: `probe add PRESET` adds a library to it; take it away to start afresh
    ");
    assert_eq!(project.read("probe.toml"), "# mine\n");
    // Nor what a link leads to.
    std::os::unix::fs::symlink("elsewhere.toml", project.path("link.toml")).expect("a link");
    assert_eq!(project.probe(&["init", "--manifest-path", "link.toml"]).code, 96);
    assert!(!project.path("elsewhere.toml").exists());
}

#[test]
fn init_says_when_it_finds_no_tests() {
    let said = Project::bare().write("src/main.c", "").probe(&["init"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r#"
    × `[ROOT]` has no tests that probe recognises
    help: write a `probe.toml` that says how to run them:
          [suite.unit]
          files = ["tests/*.sh"]
          run = ["sh", "{file}"]
    "#);
}

#[test]
fn init_says_whose_tests_it_has_seen_and_cannot_run() {
    let said = Project::bare().write("src/test/java/SumTest.java", "").probe(&["init"]);
    assert_eq!(said.code, 96);
    let seen = "help: seen: `src/test/java/SumTest.java`: JUnit and its like\n";
    assert!(said.stderr.contains(seen), "{}", said.stderr);
}

#[test]
fn init_looks_where_the_manifest_shall_be() {
    let project = Project::bare().write("packages/tool/tests/a.sh", "true");
    let said = project.probe(&["init", "--manifest-path", "packages/tool/probe.toml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(project.read("packages/tool/probe.toml").contains("\"tests/**/*.sh\""));
}

/// Comments, an odd order and odd spacing, all of which must stay.
const MANIFEST: &str = r#"# ours
[run]
jobs   = 2 # enough

[library.engine] # built here
url = "engine.so"

# the tests
[test.a]
run = ["true"]
"#;

#[test]
fn add_puts_a_library_after_the_others_and_leaves_the_rest_alone() {
    let project = Project::new(MANIFEST);
    let said = project.probe(&["add", "@db/sqlite", "--version", "0.12.0"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stderr, "added [library.sqlite] to `probe.toml`");
    insta::assert_snapshot!(project.read("probe.toml"), @r#"
    # ours
    [run]
    jobs   = 2 # enough

    [library.engine] # built here
    url = "engine.so"

    [library.sqlite]
    preset = "@db/sqlite"
    version = "0.12.0"

    # the tests
    [test.a]
    run = ["true"]
    "#);
}

#[test]
fn add_adds_nothing_twice() {
    let project = Project::new("[library.sqlite]\npreset = \"@db/sqlite\"\nversion = \"0.12.0\"\n");
    let before = project.read("probe.toml");
    let said = project.probe(&["add", "@db/sqlite", "--name", "other", "--version", "0.13.0"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × library `sqlite` has the preset `@db/sqlite` already
    help: nothing was changed; its own keys override what the preset says
    ");
    assert_eq!(project.read("probe.toml"), before);
    let project = Project::new("[library.sqlite]\nurl = \"sqlite.so\"\n");
    let said = project.probe(&["add", "@db/sqlite", "--version", "0.13.0"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × another library is called `sqlite` already
    help: `--name NAME` calls this one otherwise
    ");
}

#[test]
fn add_works_where_there_is_no_library_yet() {
    for manifest in ["", "[test.a]\nrun = [\"true\"]\n", "library = {}\n", "[library]\n"] {
        let project = Project::new(manifest);
        let said = project.probe(&["add", "@db/sqlite", "--version", "0.12.0", "--name", "sql"]);
        assert_eq!(said.code, 0, "{manifest}: {}", said.stderr);
        assert_eq!(project.probe(&["exec", "--needs", "sql", "--offline", "--", "true"]).code, 105);
    }
}

#[test]
fn add_refuses_what_it_does_not_know() {
    let project = Project::new(MANIFEST);
    let said = project.probe(&["add", "@db/sqlit"]);
    assert_eq!(said.code, 96);
    let first = said.stderr.lines().next().map(str::trim);
    assert!(first.is_some_and(|line| line.starts_with("× unknown preset `@db/sqlit`")));
    assert!(said.stderr.contains("`@db/sqlite`"), "{}", said.stderr);
    let said = project.probe(&["add", "@db/sqlite", "--name", "Sql Ite"]);
    assert_eq!(said.code, 96);
    assert_eq!(project.read("probe.toml"), MANIFEST);
}

#[test]
fn many_that_add_at_once_lose_nothing() {
    let presets = [
        "puppeteer",
        "playwright",
        "electron",
        "prisma",
        "mongodb-memory-server",
        "better-sqlite3",
        "selenium",
        "pyximport",
    ];
    for _ in 0..3 {
        let project = Project::new(MANIFEST);
        let all: Vec<_> = presets.iter().map(|preset| project.start(&["add", preset])).collect();
        for child in all {
            let said = project.end(child);
            assert_eq!(said.code, 0, "{}", said.stderr);
        }
        let manifest = project.read("probe.toml");
        for preset in presets {
            assert_eq!(manifest.matches(&format!("\"{preset}\"")).count(), 1, "{manifest}");
        }
    }
}

#[test]
fn a_manifest_of_another_name_is_named_in_what_comes_next() {
    let project = Project::bare().write("tests/a.test.js", "require('puppeteer')\n").write(
        "package.json",
        r#"{ "scripts": { "test": "node --test tests" }, "dependencies": { "puppeteer": "24.0.0" } }"#,
    );
    let said = project.probe(&["init", "--manifest-path", "other one.toml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    wrote `other one.toml`
      node: 1 file, of kind `node-test`
    libraries that these need:
      puppeteer-chrome: made once by its command, before the test that needs it
    `probe list --manifest-path 'other one.toml'` names the tests, `probe run --manifest-path 'other one.toml'` runs them
    ");
}
