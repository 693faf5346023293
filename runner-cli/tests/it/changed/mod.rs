//! `--changed`: which tests a change concerns, with real repositories of Git.

mod follows;
mod git;
mod runs;

use std::path::Path;
use std::process::Command;

use crate::support::Project;

/// Calls Git in a directory, with nobody's settings.
fn git(directory: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(directory).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    let settings = ["user.name=a", "user.email=a@b", "init.defaultBranch=main"];
    for setting in settings.iter().chain(&["protocol.file.allow=always"]) {
        command.args(["-c", setting]);
    }
    let output = command.args(words).output().expect("git starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {words:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// All that is there, committed.
pub(crate) fn committed(project: Project) -> Project {
    let project = project.write(".gitignore", "store/\n.probe/\nignored/\n");
    git(&project.path(""), &["init", "-q"]);
    commit(&project.path(""));
    project
}

fn commit(directory: &Path) {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "--allow-empty", "-m", "x"]);
}

/// Takes all changes back.
fn reset(project: &Project) {
    git(&project.path(""), &["reset", "-q", "--hard"]);
    git(&project.path(""), &["clean", "-q", "-fd"]);
}

/// What `list --changed` says of each test that it takes: `name: why`.
fn taken(project: &Project) -> String {
    taken_by(project, &["list", "--changed"])
}

fn taken_by(project: &Project, words: &[&str]) -> String {
    let said = project.probe(words);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let lines = said.stdout.lines().map(|line| match line.trim().split_once("  ") {
        Some((name, why)) => format!("{name}: {}", why.trim()),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A change: a file and its new text, or `None` where it is removed.
type Change<'a> = (&'a str, Option<&'a str>);

/// Makes changes, compares what is taken, and takes them back.
fn check(project: Project, changes: &[Change<'_>], expected: &str) -> Project {
    let project = changes.iter().fold(project, |project, &(name, text)| match text {
        Some(text) => project.write(name, text),
        None => {
            std::fs::remove_file(project.path(name)).expect("it is there");
            project
        }
    });
    assert_eq!(taken(&project), expected, "after {changes:?}");
    reset(&project);
    project
}
