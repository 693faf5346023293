//! What people type who come from other test runners, and what they are answered.

use std::fmt::Write;

use crate::support::Project;

fn project() -> Project {
    Project::new(
        r#"[suite.unit]
files = ["tests/**/*.sh"]
run = ["sh", "{file}"]

[test.seed]
run = ["true"]
"#,
    )
    .write("tests/a.sh", "true")
    .write("tests/deep/b.sh", "true")
    .write("tests/deep/c.sh", "true")
    .write("tests/deeper.sh", "true")
}

/// What each command line is answered.
fn answers(lines: &[&str]) -> String {
    let project = project();
    let mut answers = String::new();
    for line in lines {
        let words = shlex::split(line).expect("its quotes have ends");
        let said = project.probe(&words[1..]);
        let text: Vec<&str> = said.stderr.lines().filter(|line| !line.is_empty()).collect();
        let text = text.join("\n").replace("\nFor more information, try '--help'.", "");
        let _ = writeln!(answers, "$ {line}\n{text}\n[{}]\n", said.code);
    }
    answers
}

#[test]
fn options_of_other_runners_are_answered_with_what_exists_here() {
    insta::assert_snapshot!(
        "options",
        answers(&[
            "probe run --filter login",
            "probe run --filter=login",
            "probe run -k 'login and not slow'",
            "probe run -t login",
            "probe run -n 4",
            "probe run -n4",
            "probe run -n auto",
            "probe run -x",
            "probe run --bail",
            "probe run --bail=1",
            "probe run --list",
            "probe run --dry-run",
            "probe run --parallel",
            "probe run --parallel 8",
            "probe run --workers=2",
            "probe run --runInBand",
            "probe run --last-failed",
            "probe run -m smoke",
            "probe run --exclude slow",
            "probe run --reporter junit",
            "probe run --junitxml=out.xml",
            "probe run --repeat 3",
            "probe run --seed 7",
            "probe run --config other.toml",
            "probe run -j 0",
            "probe run --timeout 5m",
            "probe list --filter login",
            "probe graph -k login",
            "probe list --parallel",
            "probe run --no-such-option",
        ])
    );
}

#[test]
fn commands_of_other_runners_are_answered_with_what_exists_here() {
    insta::assert_snapshot!(
        "commands",
        answers(&[
            "probe pytest",
            "probe pytest -n auto 'tests/a b.py'",
            "probe deno test --parallel",
            "probe test",
            "probe test login",
            "probe tests/a.sh",
            "probe ./tests/a.sh --failed",
            "probe ls",
            "probe import",
            "probe install",
            "probe clean",
            "probe version",
            "probe rum",
            "probe login",
        ])
    );
}

#[test]
fn a_path_means_the_tests_that_are_there() {
    let project = project();
    let root = project.path("").display().to_string();
    let root = root.trim_end_matches('/');
    let all = "unit tests/a.sh\nunit tests/deep/b.sh\nunit tests/deep/c.sh\nunit tests/deeper.sh";
    let deep = "unit tests/deep/b.sh\nunit tests/deep/c.sh";
    for (from, word, expected) in [
        ("", "./tests/a.sh", "unit tests/a.sh"),
        ("", "tests/a.sh", "unit tests/a.sh"),
        ("", &format!("{root}/tests/a.sh"), "unit tests/a.sh"),
        ("", "./tests/deep", deep),
        ("", "./tests/deep/", deep),
        ("", "./tests/../tests/deep/../a.sh", "unit tests/a.sh"),
        ("", "./tests", all),
        ("", ".", &format!("{all}\nseed")),
        ("tests", ".", all),
        ("tests", "./deep/b.sh", "unit tests/deep/b.sh"),
        ("tests/deep", "../a.sh", "unit tests/a.sh"),
        ("tests/deep", "..", all),
    ] {
        let mut probe = project.command(&["list", word]);
        let said = project.said(&probe.current_dir(project.path(from)).output().expect("start"));
        assert_eq!((said.code, &*said.stdout), (0, expected), "{word} in `{from}`");
    }
    let said = project.probe(&["run", "./tests/a.sh", "seed"]);
    assert!(said.stderr.contains("2 tests run: 2 passed"), "{}", said.stderr);
    let mut probe = project.command(&["list", "~/tests/deep"]);
    let said = project.said(&probe.env("HOME", project.path("")).output().expect("start"));
    assert_eq!(said.stdout, deep);
}

#[test]
fn a_word_that_means_nothing_is_answered_with_what_was_likely_meant() {
    insta::assert_snapshot!(
        "words",
        answers(&[
            "probe list ./tests/aa.sh",
            "probe list /no/such/place/a.sh",
            "probe list 'tests/*.sh'",
            "probe list suite:unit",
            "probe list ./tests/aa.sh ./tests/a.sh",
        ])
    );
}

#[test]
fn a_usage_line_has_nothing_that_nobody_has_typed() {
    let project = project();
    let mut probe = project.command(&["run", "--no-such-option"]);
    let probe = probe.env("PROBE_RETRIES", "1").env("PROBE_JOBS", "2").env("PROBE_OFFLINE", "1");
    let said = project.said(&probe.output().expect("the binary starts"));
    insta::assert_snapshot!(said.stderr, @"
    error: unexpected argument '--no-such-option' found

      tip: to pass '--no-such-option' as a value, use '-- --no-such-option'

    Usage: probe run [OPTIONS] [FILTER]... [-- <ARGS>...]

    For more information, try '--help'.
    ");
}

#[test]
fn the_home_directory_is_known_in_every_path() {
    let project = Project::new(
        r#"[library.near]
url = "~/lib.bin"
kind = "data"

[library.far]
url = "$HOME/lib.bin"
to = "${HOME}/placed.bin"
kind = "data"

[library.made]
command = ["~/make", "~/made"]
paths = ["$HOME/made*"]
inputs = ["${HOME}/in"]
kind = "data"

[suite.listed]
list = { run = ["${HOME}/names"], match = '(?<name>.+)' }
run = ["$HOME/tool", "{name}"]
cwd = "$HOME/work"
env-file = "~/values"
needs = ["near", "far", "made"]
"#,
    );
    let script = |name: &str, text: &str| {
        let path = project.path(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("create");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("write");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("set");
    };
    script("home/make", "echo made > \"$HOME/made-1\"");
    script("home/names", "echo one");
    script("home/tool", "test $VALUE = 7 && test $(basename $PWD) = work");
    let project = project
        .write("home/lib.bin", "bytes")
        .write("home/in", "")
        .write("home/values", "VALUE=7\n")
        .write("home/work/here", "");
    let home = project.path("home");
    let words = ["run", "--report", "html=~/out/run.html", "--manifest-path=~/../probe.toml"];
    let mut probe = project.command(&words);
    let probe = probe.env("HOME", &home).env("PROBE_STORE", "~/store");
    let said = project.said(&probe.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    for there in ["home/out/run.html", "home/store", "home/placed.bin", "home/made-1"] {
        assert!(project.path(there).exists(), "{there}");
    }
    assert!(!project.path("~").exists() && !project.path("$HOME").exists());
}

#[test]
fn brackets_in_a_pattern_are_explained_where_nothing_matches() {
    let project = Project::new(
        "[suite.routes]\nfiles = [\"routes/[id].test.sh\"]\nrun = [\"sh\", \"{file}\"]\n",
    )
    .write("routes/[id].test.sh", "true");
    let said = project.probe(&["list"]);
    assert_eq!(said.code, 96);
    let expected = "help: `[id]` stands for one character of those in it: a name that has it is written `[[]id]`";
    assert!(said.stderr.contains(expected), "{}", said.stderr);
    std::fs::write(
        project.path("probe.toml"),
        project.read("probe.toml").replace("[id]", "[[]id]"),
    )
    .expect("write");
    assert_eq!(project.probe(&["list"]).stdout, "routes routes/[id].test.sh");
    let outside = "[suite.routes]\nfiles = [\"~/tests/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";
    let said = Project::new(outside).probe(&["list"]);
    let expected = "write no `/`, `~` or `$HOME` before them";
    assert!(said.stderr.contains(expected), "{}", said.stderr);
}
