//! `preload` and `env`: libraries without tests, and the variables that say where they are.

use std::fs;

use crate::server::{Answer, Server};
use crate::support::Project;

const FILES: &[Answer] =
    &[Answer { path: "/words.txt", status: "200 OK", body: b"the quick brown fox" }];

/// Three libraries, of which one needs another, with a variable each for what is odd.
fn project(server: &Server) -> Project {
    Project::new(&format!(
        r#"[library.words]
url = "{}"
kind = "data"
to = "it's here/words.txt"
env = {{ WORDS = "{{path}}", NODE_OPTIONS = "--require=x" }}

[library.made]
command = ["cp", "{{library.words}}", "made.txt"]
paths = ["made.txt"]
kind = "data"
env = {{ TWO = "a\nb" }}
needs = ["words"]

[library.other]
command = ["sh", "-c", "echo x > other.txt"]
paths = ["other.txt"]
inputs = ["probe.toml"]
kind = "data"

[suite.unlisted]
list = {{ run = ["false"], match = '^(?<name>.+)$' }}
run = ["true", "{{name}}"]
"#,
        server.url("/words.txt")
    ))
}

fn file(project: &Project, name: &str) -> String {
    let root = project.path("").display().to_string();
    project.read(name).replace(root.trim_end_matches('/'), "[ROOT]")
}

#[test]
fn libraries_are_imported_and_no_test_is_listed() {
    let server = Server::start(FILES);
    let project = project(&server);
    let said = project.probe(&["preload", "made"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @"
    FETCHING                  words: `http://127.0.0.1:PORT/words.txt`
     PRELOAD [   TIME ] (1/2) words: fetched, 19 B
    BUILDING                  made: `cp [ROOT]/it's here/words.txt made.txt`
     PRELOAD [   TIME ] (2/2) made: built, 19 B
      PINNED words: in `probe.lock`, to be committed
    ");
    assert!(!project.path("other.txt").exists(), "nobody asked for it");
    let said = project.probe(&["preload", "other"]);
    let again = project.probe(&["preload", "other"]);
    insta::assert_snapshot!(format!("{}\n{}", said.stderr, again.stderr), @"
    BUILDING                  other: `sh -c echo x > other.txt`
     PRELOAD [   TIME ] (1/1) other: built, 2 B
     PRELOAD [   TIME ] (1/1) other: already there, 2 B
    ");
}

#[test]
fn a_library_that_does_not_come_is_an_exit_code() {
    let server = Server::start(FILES);
    let manifest = format!("[library.gone]\nurl = \"{}\"\n", server.url("/gone.so"));
    let project = Project::new(&manifest);
    let said = project.probe(&["preload", "--env-file", "vars"]);
    assert_eq!(said.code, 105);
    insta::assert_snapshot!(said.stderr, @"
        FETCHING                  gone: `http://127.0.0.1:PORT/gone.so`
    PRELOAD FAIL library gone
                 failed to prepare `gone` from `http://127.0.0.1:PORT/gone.so`: the server does not have it
                 check the URL and the version in it
    ");
    assert!(!project.path("vars").exists(), "there is nothing to tell");
    let said = project.probe(&["preload", "gone", "nowhere"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × there is no library `nowhere`
    help: there are `gone`
    ");
}

#[test]
fn variables_go_to_the_files_of_github_and_nextest_by_themselves() {
    let server = Server::start(FILES);
    let project = project(&server).write("github", "BEFORE=1").write("nextest", "");
    let mut command = project.command(&["preload"]);
    command.env("GITHUB_ENV", project.path("github")).env("NEXTEST_ENV", project.path("nextest"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let told =
        said.stderr.lines().filter(|line| line.contains("warning") || line.contains("EXPORTED"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    warning: the variable `NODE_OPTIONS` is left out: GitHub Actions keeps that name to itself
        EXPORTED $GITHUB_ENV: 5 variables
    warning: the variable `TWO` is left out: its value has several lines
        EXPORTED $NEXTEST_ENV: 5 variables
    ");
    insta::assert_snapshot!(file(&project, "github"), @"
    BEFORE=1
    PROBE_LIBRARY_WORDS=[ROOT]/it's here/words.txt
    WORDS=[ROOT]/it's here/words.txt
    PROBE_LIBRARY_MADE=[ROOT]/made.txt
    TWO<<PROBE_END
    a
    b
    PROBE_END
    PROBE_LIBRARY_OTHER=[ROOT]/other.txt
    ");
    insta::assert_snapshot!(file(&project, "nextest"), @"
    PROBE_LIBRARY_WORDS=[ROOT]/it's here/words.txt
    WORDS=[ROOT]/it's here/words.txt
    NODE_OPTIONS=--require=x
    PROBE_LIBRARY_MADE=[ROOT]/made.txt
    PROBE_LIBRARY_OTHER=[ROOT]/other.txt
    ");
}

#[test]
fn a_file_that_is_asked_for_is_the_only_one_and_is_replaced() {
    let server = Server::start(FILES);
    let project = project(&server).write("github", "").write("vars.env", "OLD=1\n");
    let mut command = project.command(&["preload", "words", "--env-file", "vars.env"]);
    command.env("GITHUB_ENV", project.path("github"));
    assert_eq!(project.said(&command.output().expect("the binary starts")).code, 0);
    assert_eq!(project.read("github"), "");
    insta::assert_snapshot!(file(&project, "vars.env"), @r#"
    PROBE_LIBRARY_WORDS="[ROOT]/it's here/words.txt"
    WORDS="[ROOT]/it's here/words.txt"
    NODE_OPTIONS=--require=x
    "#);

    // Whoever names the file of GitHub means its format.
    let path = project.path("github");
    let mut command = project.command(&["preload", "words"]);
    command.arg("--env-file").arg(&path).env("GITHUB_ENV", &path);
    assert_eq!(project.said(&command.output().expect("the binary starts")).code, 0);
    insta::assert_snapshot!(file(&project, "github"), @"
    PROBE_LIBRARY_WORDS=[ROOT]/it's here/words.txt
    WORDS=[ROOT]/it's here/words.txt
    ");
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let server = Server::start(FILES);
    let said = project(&server).probe(&["preload", "words", "--env-file", "no/such/directory"]);
    assert_eq!(said.code, 96);
    assert!(
        said.stderr.contains("cannot write variables to `[ROOT]/no/such/directory`"),
        "{}",
        said.stderr
    );
}

#[test]
fn env_prints_what_a_shell_evaluates_and_what_programs_read() {
    let server = Server::start(FILES);
    let project = project(&server);
    let shell = project.probe(&["env"]);
    assert_eq!(shell.code, 0, "{}", shell.stderr);
    insta::assert_snapshot!(shell.stdout, @r"
    export PROBE_LIBRARY_WORDS='[ROOT]/it'\''s here/words.txt'
    export WORDS='[ROOT]/it'\''s here/words.txt'
    export NODE_OPTIONS='--require=x'
    export PROBE_LIBRARY_MADE='[ROOT]/made.txt'
    export TWO='a
    b'
    export PROBE_LIBRARY_OTHER='[ROOT]/other.txt'
    ");
    let quiet = project.probe(&["env", "words", "--format", "json"]);
    assert_eq!(quiet.stderr, "", "there was nothing to do");
    insta::assert_snapshot!(quiet.stdout, @r#"
    {
      "version": 1,
      "variables": {
        "PROBE_LIBRARY_WORDS": "[ROOT]/it's here/words.txt",
        "WORDS": "[ROOT]/it's here/words.txt",
        "NODE_OPTIONS": "--require=x"
      }
    }
    "#);

    // The shell that CI steps are written for.
    let script = format!(
        "eval \"$({} env words)\" && cat \"$PROBE_LIBRARY_WORDS\"",
        env!("CARGO_BIN_EXE_probe")
    );
    let said = project.probe(&["exec", "--needs", "other", "--", "sh", "-c", &script]);
    assert_eq!(said.stdout, "the quick brown fox", "{}", said.stderr);
}

#[test]
fn the_help_says_what_each_file_is_for() {
    let project = Project::new("");
    insta::assert_snapshot!("help_preload", project.probe(&["preload", "-h"]).stdout);
    insta::assert_snapshot!("help_env", project.probe(&["env", "-h"]).stdout);
}

#[test]
fn a_signal_ends_a_preload() {
    let project = Project::new(
        "[library.slow]\ncommand = [\"sh\", \"-c\", \"echo x > started; sleep 600\"]\npaths = [\"none\"]\n",
    );
    let child = project.start(&["preload"]);
    project.wait_for("started");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
    assert_eq!(project.end(child).code, 143);
    assert!(fs::metadata(project.path("none")).is_err());
}

#[test]
fn a_file_for_variables_that_cannot_be_written_is_named_with_who_names_it() {
    let project = Project::new("");
    let mut probe = project.command(&["preload"]);
    let said = project.said(&probe.env("GITHUB_ENV", "none/env").output().expect("it starts"));
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × cannot write variables to `[ROOT]/none/env`, which `$GITHUB_ENV` names: No such file or directory (os error 2)
    help: `--env-file FILE` names another file
    ");
    let said = project.probe(&["preload", "--env-file", "none/env"]);
    assert!(said.stderr.contains("to `[ROOT]/none/env`: No such file"), "{}", said.stderr);
}
