//! Manifests that are wrong, and projects that are not there.

use crate::support::Project;

#[test]
fn all_mistakes_are_reported_at_once() {
    let project = Project::new(
        r#"[run]
jbos = 4

[library.engine]
url = "https://example.org/libengine.so"
sha256 = "abc"

[suite.unit]
files = ["tests/*.sh"]
run = ["sh", "{fiel}"]
needs = ["engin"]
timeout = "5 parsecs"
"#,
    )
    .write("tests/a.sh", "true");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr);
}

#[test]
fn a_project_without_manifest_says_where_it_was_sought() {
    let project = Project::new("");
    std::fs::remove_file(project.path("probe.toml")).expect("remove");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × there is no `probe.toml` in `[ROOT]` or above
    help: `probe init` writes one; `--manifest-path FILE` names one
    ");
}

#[test]
fn a_manifest_that_cannot_be_read_says_why() {
    let project = Project::new("");
    let said = project.probe(&["run", "--manifest-path", "other/probe.toml"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × cannot read `[ROOT]/other/probe.toml`: No such file or directory (os error 2)
    help: correct `--manifest-path`, or PROBE_MANIFEST_PATH
    ");
}

#[test]
fn a_library_that_exec_does_not_find_is_named_with_those_that_there_are() {
    let project = Project::new("[library.engine]\nurl = \"lib.so\"\n");
    let said = project.probe(&["exec", "--needs", "motor", "--", "true"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × there is no library `motor`
    help: there are `engine`
    ");
}

/// A manifest that asks for something which this version does not do.
fn check_refused(manifest: &str, expected: &str) {
    let said = Project::new(manifest).probe(&["run"]);
    assert_eq!(said.code, 96);
    assert_eq!(said.stderr.lines().next().map(str::trim), Some(expected));
}

#[test]
fn what_is_not_supported_is_not_passed_over() {
    check_refused(
        "[library.a]\nurl = \"a.so\"\nto = \"plug\"\n\n[test.a]\nrun = [\"true\"]\nneeds = [\"a\"]\n",
        "× library `a` says `to = \"plug\"`, which this version cannot do",
    );
}

#[test]
fn a_profile_that_is_not_there_is_named_with_those_that_are() {
    let project = Project::new("[profile.ci]\njobs = 1\n\n[test.a]\nrun = [\"true\"]\n");
    let said = project.probe(&["run", "-P", "ic"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"  × unknown profile `ic`, known are `ci`");
    let project = Project::new("[test.a]\nrun = [\"true\"]\n");
    insta::assert_snapshot!(project.probe(&["run", "-P", "ic"]).stderr, @"
    × unknown profile `ic`, there is none
    help: `[profile.NAME]` in the manifest defines one
    ");
}

#[test]
fn what_is_typed_in_the_wrong_place_is_told_where_it_belongs() {
    let project = Project::new("[test.one]\nrun = [\"true\"]\n");
    let said = project.probe(&["run", "--timeout=3s"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.stderr, @"
    error: unexpected argument '--timeout' found

      tip: `timeout` is a key of the manifest, in `[run]` or a profile

    For more information, try '--help'.
    ");
    let said = project.probe(&["exec", "deno", "test"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.stderr, @"
    error: unexpected argument 'deno' found

      tip: the command follows `--`: `probe exec -- deno …`

    For more information, try '--help'.
    ");
    // A mere slip is clap's to correct.
    let said = project.probe(&["run", "--job", "3"]);
    assert!(said.stderr.contains("a similar argument exists: '--jobs'"), "{}", said.stderr);
}

#[test]
fn a_preset_that_there_is_not_is_compared_with_those_that_there_are() {
    let project = Project::new("");
    let said = project.probe(&["add", "SQLite"]);
    assert_eq!(said.code, 96);
    assert!(said.stderr.contains("did you mean `@db/sqlite`, or `"), "{}", said.stderr);
    let said = project.probe(&["add", "nothing-like-it"]);
    assert!(said.stderr.contains("there are `@db/sqlite`, `"), "{}", said.stderr);
}

#[test]
fn a_local_library_that_is_not_there_comes_with_the_way_out() {
    let project = Project::new("[library.engine]\nurl = \"vendor/libengine.so\"\n");
    let said = project.probe(&["preload"]);
    assert_eq!(said.code, 105);
    assert!(said.stderr.contains("correct the path, or make the file first"), "{}", said.stderr);
}
