//! What Git is asked, and what is said where it has no answer.

use std::fs;

use super::{commit, committed, git, reset, taken, taken_by};
use crate::support::Project;

const MANIFEST: &str = "[suite.sh]\nfiles = ['t/**/*.sh']\nrun = ['sh', '{file}']\ninputs = []\n";

fn project() -> Project {
    committed(Project::new(MANIFEST).write("t/a.sh", "").write("t/b.sh", ""))
}

/// What an error says, in one piece.
fn refused(project: &Project, words: &[&str], code: i32) -> String {
    let said = project.probe(words);
    assert_eq!(said.code, code, "{}", said.stderr);
    assert_eq!(said.stdout, "");
    said.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_staged_and_what_is_not_tracked_has_changed_and_what_is_ignored_has_not() {
    let project = project().write("t/a.sh", "1");
    git(&project.path(""), &["add", "t/a.sh"]);
    let project = project.write("t/c.sh", "").write("ignored/x.sh", "").write("store/y", "");
    assert_eq!(taken(&project), "sh t/a.sh: t/a.sh changed\nsh t/c.sh: t/c.sh is new");
    // Staged and taken back again: it is what HEAD has.
    let project = project.write("t/a.sh", "");
    assert_eq!(taken(&project), "sh t/c.sh: t/c.sh is new");
    // What a user's settings say of names changes nothing.
    for setting in
        [["diff.relative", "true"], ["diff.external", "false"], ["diff.renames", "copies"]]
    {
        git(&project.path(""), &[&["config"][..], &setting].concat());
    }
    fs::rename(project.path("t/b.sh"), project.path("t/d.sh")).expect("it can be renamed");
    assert_eq!(taken(&project), "sh t/c.sh: t/c.sh is new\nsh t/d.sh: t/d.sh is new");
}

#[test]
fn odd_names_are_names() {
    let names = ["t/ö ü.sh", "t/\"q\".sh", "t/-n.sh", "t/$x`y.sh", "t/tab\there.sh"];
    let project = names.iter().fold(project(), |project, name| project.write(name, ""));
    commit(&project.path(""));
    assert_eq!(taken(&project), "");
    let project = names.iter().fold(project, |project, name| project.write(name, "1"));
    assert_eq!(taken(&project).lines().count(), names.len(), "{}", taken(&project));
}

#[test]
fn with_a_branch_what_came_since_it_was_left_has_changed() {
    let project = project();
    let here = project.path("");
    git(&here, &["checkout", "-q", "-b", "work"]);
    let project = project.write("t/a.sh", "1");
    commit(&here);
    // What has happened on the branch meanwhile is none of this one's changes.
    git(&here, &["checkout", "-q", "main"]);
    let project = project.write("t/b.sh", "1");
    commit(&here);
    git(&here, &["checkout", "-q", "work"]);
    assert_eq!(taken(&project), "");
    let since = |reference: &str| taken_by(&project, &["list", &format!("--changed={reference}")]);
    assert_eq!(since("main"), "sh t/a.sh: t/a.sh changed");
    assert_eq!(since("HEAD"), "");
    assert_eq!(since("HEAD~1"), "sh t/a.sh: t/a.sh changed");
    let said = project.probe(&["list", "--changed=main"]).stderr;
    assert!(said.starts_with("1 file has changed since main ("), "{said}");
    fs::write(project.path("t/b.sh"), "2").expect("it can be written");
    assert_eq!(since("main"), "sh t/a.sh: t/a.sh changed\nsh t/b.sh: t/b.sh changed");
}

#[test]
fn what_is_no_commit_is_refused_with_the_way_out() {
    let project = project();
    for reference in ["no-such", "--output=x", "a..b", "HEAD:t"] {
        let said = refused(&project, &["list", &format!("--changed={reference}")], 2);
        assert!(
            said.contains(&format!("`--changed={reference}`: this repository has no such commit")),
            "{said}"
        );
        assert!(said.contains("`git fetch` gets what only the remote has"), "{said}");
    }
    git(&project.path(""), &["checkout", "-q", "--orphan", "apart"]);
    git(&project.path(""), &["commit", "-q", "-m", "apart"]);
    let said = refused(&project, &["run", "--changed=main"], 2);
    assert!(said.contains("no commit that it has in common with HEAD"), "{said}");
    assert!(!project.path("x").exists());
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let origin = project();
    let origin = origin.write("t/a.sh", "1");
    commit(&origin.path(""));
    let url = format!("file://{}", origin.path("").display());
    let clone = Project::bare();
    git(&clone.path(""), &["clone", "-q", "--depth=1", &url, "."]);
    assert_eq!(taken(&clone), "");
    let clone = clone.write("t/b.sh", "1");
    assert_eq!(taken(&clone), "sh t/b.sh: t/b.sh changed");
    let said = refused(&clone, &["list", "--changed=HEAD~1"], 2);
    assert!(said.contains("the clone is shallow: `git fetch --unshallow`"), "{said}");
}

#[test]
fn without_a_repository_or_git_that_is_said() {
    let project = Project::new(MANIFEST).write("t/a.sh", "");
    let said = refused(&project, &["run", "--changed"], 96);
    assert!(
        said.contains("is in no repository of it") && said.contains("`git init` makes one"),
        "{said}"
    );
    let project = committed(project);
    let mut command = project.command(&["run", "--changed"]);
    command.env("PATH", project.path("t"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 96);
    let text = said.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("asks Git, which cannot be run") && text.contains("install Git"),
        "{text}"
    );
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let project = Project::new(MANIFEST).write("t/a.sh", "").write("t/b.sh", "");
    git(&project.path(""), &["init", "-q"]);
    git(&project.path(""), &["add", "t/a.sh"]);
    assert_eq!(taken(&project), "sh t/a.sh: t/a.sh changed\nsh t/b.sh: t/b.sh is new");
}

#[test]
fn a_repository_around_the_project_and_one_of_its_worktrees_are_as_good() {
    let outer = Project::bare()
        .write(
            "deep/down/probe.toml",
            &MANIFEST.replace("inputs = []", "inputs = ['../../shared/**']"),
        )
        .write("deep/down/t/a.sh", "")
        .write("shared/x", "");
    git(&outer.path(""), &["init", "-q"]);
    commit(&outer.path(""));
    let listed = |directory: &str| {
        let mut command = outer.command(&["list", "--changed"]);
        command.current_dir(outer.path(directory));
        outer.said(&command.output().expect("the binary starts")).stdout
    };
    assert_eq!(listed("deep/down"), "");
    let outer = outer.write("deep/down/t/a.sh", "1");
    let listed = |directory: &str| {
        let mut command = outer.command(&["list", "--changed"]);
        command.current_dir(outer.path(directory));
        outer.said(&command.output().expect("the binary starts")).stdout
    };
    assert_eq!(listed("deep/down"), "sh t/a.sh  t/a.sh changed");
    commit(&outer.path(""));
    fs::write(outer.path("shared/x"), "1").expect("it can be written");
    assert_eq!(listed("deep/down"), "sh t/a.sh  ../../shared/x changed, one of its `inputs`");
    git(&outer.path(""), &["worktree", "add", "-q", "--detach", "tree"]);
    assert_eq!(listed("tree/deep/down"), "");
    fs::write(outer.path("tree/deep/down/t/a.sh"), "2").expect("it can be written");
    assert_eq!(listed("tree/deep/down"), "sh t/a.sh  t/a.sh changed");
}

#[test]
fn submodules_and_other_repositories_inside_are_asked_themselves() {
    let inner = Project::bare().write("m.sh", "").write("n.sh", "");
    git(&inner.path(""), &["init", "-q"]);
    commit(&inner.path(""));
    let project = project();
    let here = project.path("");
    git(&here, &["submodule", "--quiet", "add", &inner.path("").display().to_string(), "t/sub"]);
    commit(&here);
    assert_eq!(taken(&project), "");
    let project = project.write("t/sub/m.sh", "1");
    assert_eq!(taken(&project), "sh t/sub/m.sh: t/sub/m.sh changed");
    // At another commit than the outer repository has, and nothing else: what differs is not known.
    commit(&project.path("t/sub"));
    let both = "sh t/sub/m.sh: t/sub/m.sh changed\nsh t/sub/n.sh: t/sub/n.sh changed";
    assert_eq!(taken(&project), both);
    commit(&here);
    assert_eq!(taken(&project), "");
    // One that is no submodule.
    let project = project.write("t/own/o.sh", "").write("t/own/p.sh", "");
    git(&project.path("t/own"), &["init", "-q"]);
    commit(&project.path("t/own"));
    assert_eq!(taken(&project), "");
    let project = project.write("t/own/p.sh", "1");
    assert_eq!(taken(&project), "sh t/own/p.sh: t/own/p.sh changed");
    drop(inner);
}

#[test]
fn a_hook_of_git_changes_nothing() {
    let project = project().write("t/a.sh", "1");
    let mut command = project.command(&["list", "--changed"]);
    // What a hook finds, as seen from the top; another directory is the project's.
    command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", "/nowhere/index").env("GIT_PREFIX", "t/");
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.stdout, "sh t/a.sh  t/a.sh changed");
    reset(&project);
}
