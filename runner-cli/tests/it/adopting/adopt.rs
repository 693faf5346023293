//! `probe adopt`: shows, asks, and writes what is missing, and nothing else.

use std::fs;
use std::os::unix::fs::symlink;

use super::{command, forget, racing, said};
use crate::support::Project;

/// A project after a run that has shown what is missing.
fn shown() -> Project {
    let project = racing("own/libstray.so", "");
    assert_eq!(said(&project, &["run", "-j2"]).code, 100);
    project
}

#[test]
fn without_a_terminal_it_shows_what_it_would_write_and_writes_nothing() {
    let project = shown();
    let before = project.read("probe.toml");
    let said = said(&project, &["adopt"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stdout, @r#"
    --- probe.toml
    +++ probe.toml
    @@ -1,3 +1,8 @@
     [suite.unit] # both
     files = ["t/*.sh"]
     run = ["sh", "{file}"]
    +needs = ["stray"]
    +
    +[library.stray]
    +leader = true
    +paths = ["own/libstray.so"]
    "#);
    insta::assert_snapshot!(said.stderr, @r#"
    × nothing was written to `probe.toml`: there is no terminal to ask at
    help: `probe adopt --yes` writes it without asking
    "#);
    assert_eq!(project.read("probe.toml"), before);
}

#[test]
fn it_is_written_once_and_not_again() {
    let project = shown();
    let first = said(&project, &["adopt", "--yes"]);
    insta::assert_snapshot!(first.stderr, @r#"
    wrote `probe.toml`
      library stray, needed by [suite.unit]
    "#);
    assert_eq!(first.code, 0);
    let written = project.read("probe.toml");
    insta::assert_snapshot!(written, @r#"
    [suite.unit] # both
    files = ["t/*.sh"]
    run = ["sh", "{file}"]
    needs = ["stray"]

    [library.stray]
    leader = true
    paths = ["own/libstray.so"]
    "#);
    let again = said(&project, &["adopt", "--yes"]);
    insta::assert_snapshot!(again.stderr, @"nothing to adopt: no run and no command has shown that a library is missing");
    assert_eq!((again.code, project.read("probe.toml")), (0, written));
}

#[test]
fn what_is_asked_for_by_name_must_be_proposed() {
    let project = shown();
    let unknown = said(&project, &["adopt", "--yes", "other"]);
    assert_eq!(unknown.code, 96);
    insta::assert_snapshot!(unknown.stderr, @r#"
    × no library `other` is proposed
    help: there are `stray`
    "#);
    assert_eq!(said(&project, &["adopt", "--yes", "stray"]).code, 0);
}

#[test]
fn many_at_once_lose_nothing() {
    let project = shown();
    let all: Vec<_> = (0..8)
        .map(|_| project.start_command(&mut command(&project, &["adopt", "--yes"])))
        .collect();
    let codes: Vec<i32> = all.into_iter().map(|child| project.end(child).code).collect();
    assert_eq!(codes, [0; 8]);
    let manifest = project.read("probe.toml");
    assert_eq!(manifest.matches("[library.stray]").count(), 1, "{manifest}");
    assert_eq!(manifest.matches("needs = [\"stray\"]").count(), 1, "{manifest}");
}

#[test]
fn a_manifest_of_another_name_is_adopted_by_that_name() {
    let project = racing("own/libstray.so", "");
    let text = project.read("probe.toml");
    fs::rename(project.path("probe.toml"), project.path("other.toml")).expect("it is there");
    let both = "sh t/a.sh & sleep 0.1; sh t/b.sh; code=$?; wait; exit $code";
    let doors: [&[&str]; 2] = [
        &["run", "-j2", "--race-retries", "0", "--manifest-path", "other.toml"],
        &["exec", "--manifest-path", "other.toml", "--", "sh", "-c", both],
    ];
    for words in doors {
        let shown = said(&project, words);
        assert!(
            shown
                .stderr
                .contains("`probe adopt --manifest-path other.toml` writes that into `other.toml`"),
            "{}",
            shown.stderr
        );
        let adopted = said(&project, &["adopt", "--yes", "--manifest-path", "other.toml"]);
        assert_eq!(adopted.code, 0, "{}", adopted.stderr);
        assert!(adopted.stderr.starts_with("wrote `other.toml`"), "{}", adopted.stderr);
        assert!(!project.path("probe.toml").exists());
        fs::write(project.path("other.toml"), &text).expect("write");
        forget(&project);
    }
}

#[test]
fn a_link_is_followed_in_the_project_and_not_out_of_it() {
    let project = shown();
    let text = project.read("probe.toml");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let outside = elsewhere.path().join("probe.toml");
    fs::write(&outside, &text).expect("write");
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    symlink(&outside, project.path("probe.toml")).expect("a link");
    let out = said(&project, &["adopt", "--yes"]);
    assert_eq!(out.code, 96);
    assert!(
        out.stderr.contains("`probe.toml` is a link out of the project, to `"),
        "{}",
        out.stderr
    );
    assert_eq!(fs::read_to_string(&outside).expect("read"), text);

    fs::remove_file(project.path("probe.toml")).expect("it is there");
    let project = project.write("config/real.toml", &text);
    symlink("config/real.toml", project.path("probe.toml")).expect("a link");
    assert_eq!(said(&project, &["adopt", "--yes"]).code, 0);
    assert!(project.path("probe.toml").is_symlink());
    assert!(project.read("config/real.toml").contains("[library.stray]"));

    let project = shown();
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    symlink("nowhere", project.path("probe.toml")).expect("a link");
    assert_ne!(said(&project, &["adopt", "--yes"]).code, 0);
    assert!(project.path("probe.toml").is_symlink() && !project.path("nowhere").exists());
}

#[test]
fn a_manifest_with_mistakes_is_left_as_it_is() {
    let project = shown();
    let text = format!("{}\nneds = [\"x\"]\n", project.read("probe.toml"));
    let project = project.write("probe.toml", &text);
    let mistaken = said(&project, &["adopt", "--yes"]);
    assert_eq!(mistaken.code, 96);
    assert!(mistaken.stderr.contains("neds"), "{}", mistaken.stderr);
    assert_eq!(project.read("probe.toml"), text);
}

#[test]
fn what_the_manifest_has_by_now_is_not_proposed() {
    let project = shown();
    let text = format!(
        "{}needs = [\"mine\"]\n[library.mine]\nleader = true\npaths = [\"own/libstray.so\"]\n",
        project.read("probe.toml")
    );
    let project = project.write("probe.toml", &text);
    let nothing = said(&project, &["adopt", "--yes"]);
    assert_eq!(nothing.code, 0);
    assert!(nothing.stderr.starts_with("nothing to adopt"), "{}", nothing.stderr);
    assert_eq!(project.read("probe.toml"), text);
}
