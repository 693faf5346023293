//! Completion, asked for by real shells.

use std::process::Command;

use crate::support::{Project, is_missing};

fn project() -> Project {
    let manifest = r#"[library.duckdb]
url = "https://example.org/libduckdb.so"

[library.sqlite]
url = "https://example.org/libsqlite.so"

[profile.nightly]
retries = 1

[suite.unit]
files = ["tests/*.sh"]
run = ["sh", "{file}"]
tags = ["smoke"]

[suite.listed]
list = { run = ["sh", "-c", "touch listed; echo from-an-earlier-run"], match = "^(?<name>.+)$" }
run = ["true", "{name}"]
"#;
    Project::new(manifest).write("tests/users.sh", "true").write("tests/with blank.sh", "true")
}

/// What a shell is offered after `words`, whose last one is being typed, one a line.
type Ask = fn(&Project, &[&str]) -> Option<Vec<String>>;

fn shells() -> [Ask; 3] {
    [bash, zsh, fish]
}

fn bash(project: &Project, words: &[&str]) -> Option<Vec<String>> {
    if is_missing(Command::new("bash").arg("--version")) {
        return None;
    }
    // What bash itself does when somebody presses the key.
    let script = r#"
        source <("$PROBE" completions bash)
        COMP_WORDS=(probe "$@") COMP_CWORD=$# COMP_TYPE=9
        _clap_complete_probe probe "${@: -1}" "${@: -2:1}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    Some(asked(project, Command::new("bash").args(["--norc", "-c", script, "bash"]), words))
}

fn zsh(project: &Project, words: &[&str]) -> Option<Vec<String>> {
    if is_missing(Command::new("zsh").arg("--version")) {
        return None;
    }
    // The function that the script registers, with the one that shows what is offered in place of zsh's own.
    let script = r#"
        compdef() { registered=$1 }
        source <("$PROBE" completions zsh)
        compadd() { : }
        _describe() { print -l -- ${(P)@[-1]} }
        words=(probe "$@") CURRENT=$(( $# + 1 ))
        $registered"#;
    let offered = asked(project, Command::new("zsh").args(["-f", "-c", script, "zsh"]), words);
    // A value is followed by what it is, and its colons are quoted.
    let value = |line: &String| {
        let quoted = line.replace("\\:", "\u{0}");
        quoted.split(':').next().unwrap_or_default().replace('\u{0}', ":")
    };
    Some(offered.iter().map(value).collect())
}

fn fish(project: &Project, words: &[&str]) -> Option<Vec<String>> {
    if is_missing(Command::new("fish").arg("--version")) {
        return None;
    }
    let script = r#"
        $PROBE completions fish | source
        complete --do-complete (string join ' ' -- probe $argv)"#;
    let offered = asked(project, Command::new("fish").args(["--no-config", "-c", script]), words);
    Some(
        offered.iter().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect(),
    )
}

/// The lines that a shell prints in the project.
fn asked(project: &Project, shell: &mut Command, words: &[&str]) -> Vec<String> {
    let probe = project.command::<&str>(&[]);
    for (name, value) in probe.get_envs() {
        shell.envs(value.map(|value| (name, value)));
    }
    let output = shell
        .args(words)
        .env("PROBE", probe.get_program())
        .env("HOME", project.path("home"))
        .current_dir(project.path(""))
        .output()
        .expect("the shell starts");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn check(project: &Project, words: &[&str], offered: &[&str], not_offered: &[&str]) {
    for ask in shells() {
        let Some(answer) = ask(project, words) else { continue };
        for name in offered {
            assert!(answer.iter().any(|line| line == name), "{words:?}: no `{name}` in {answer:?}");
        }
        for name in not_offered {
            assert!(!answer.iter().any(|line| line == name), "{words:?}: `{name}` in {answer:?}");
        }
    }
}

#[test]
fn shells_are_offered_commands_options_and_the_names_of_the_project() {
    let project = project();
    check(&project, &["gr"], &["graph"], &["run"]);
    check(&project, &["run", "--off"], &["--offline"], &["--locked"]);
    check(&project, &["graph", "--format", ""], &["svg", "mermaid"], &[]);
    check(&project, &["run", "--report", ""], &["html=", "junit="], &["run"]);
    check(&project, &["report", "--report", ""], &["html=", "junit="], &["run"]);
    check(&project, &["report", "--"], &["--from", "--report"], &["--store"]);
    check(&project, &["preload", ""], &["duckdb", "sqlite"], &[]);
    check(&project, &["exec", "--needs", "du"], &["duckdb"], &["sqlite"]);
    check(&project, &["run", "-P", ""], &["nightly"], &[]);
    check(&project, &["run", "tests/u"], &["tests/users.sh"], &["tests/with blank.sh"]);
    check(&project, &["add", "@db/s"], &["@db/sqlite"], &["puppeteer"]);
    check(&project, &["help", "sel"], &["selectors"], &["manifest"]);
    assert!(!project.path("listed").exists(), "to complete something runs nothing of the project");
}

#[test]
fn tests_that_a_command_lists_are_known_from_earlier_runs() {
    let project = project();
    check(&project, &["run", "from"], &[], &["from-an-earlier-run"]);
    assert_eq!(project.probe(&["run", "-s", "suite:listed"]).code, 0);
    check(&project, &["run", "from"], &["from-an-earlier-run"], &[]);
}

#[test]
fn the_manifest_that_is_named_on_the_line_counts() {
    let project = project().write("other/probe.toml", "[test.elsewhere]\nrun = [\"true\"]\n");
    check(&project, &["run", "--manifest-path", "other/probe.toml", "else"], &["elsewhere"], &[]);
    let broken = project.write("probe.toml", "[test");
    check(&broken, &["run", "--off"], &["--offline"], &[]);
}
