//! Where reports go, and what becomes of those that cannot be written.

use std::fs;

use crate::support::Project;

const ONE: &str = "[test.one]\nrun = [\"sh\", \"-c\", \"echo > ran\"]\n";

#[test]
fn a_report_has_its_directory_made_or_ends_the_run_before_it_begins() {
    let project = Project::new(ONE);
    for (report, file) in
        [("jsonl=a/b/events.jsonl", "a/b/events.jsonl"), ("html=c/run.html", "c/run.html")]
    {
        let said = project.probe(&["run", "--report", report]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(!project.read(file).is_empty(), "{report}");
    }
    fs::remove_file(project.path("ran")).expect("it has run");
    let said = project.probe(&["run", "--report", "jsonl=probe.toml/place.jsonl"]);
    assert_eq!(said.code, 110);
    assert!(!project.path("ran").exists());
    assert_eq!(
        said.stderr.trim(),
        "× cannot write the report `jsonl=probe.toml/place.jsonl`: a part of its path is a file and no directory"
    );
}

#[test]
fn two_reports_do_not_go_to_one_place() {
    let project = Project::new(ONE);
    let said = project.probe(&["run", "--report", "jsonl=a", "--report", "jsonl=a"]);
    assert_eq!(said.code, 110);
    insta::assert_snapshot!(said.stderr, @r"
    × cannot write the report `jsonl=a`: another report goes to the same place
    help: give each report a file of its own
    ");
}

#[test]
fn what_is_no_report_is_a_mistake_of_usage() {
    let project = Project::new(ONE);
    for (report, expected) in [
        ("events", "no `KIND=PATH`"),
        ("xml=f", "there is no report `xml`"),
        ("jsonl=", "names no file"),
    ] {
        let said = project.probe(&["run", "--report", report]);
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    }
}

#[test]
fn a_full_disk_is_said_at_the_end_and_fails_nothing_else() {
    let project = Project::new(ONE);
    let said = project.probe(&["run", "-j2", "--report", "jsonl=/dev/full"]);
    assert_eq!(said.code, 110);
    assert!(project.path("ran").exists());
    insta::assert_snapshot!(said.stderr, @r"
        STARTING 1 test, 2 at once (run ID)
            PASS [   TIME ] (1/1) one
    ────────────
         SUMMARY [   TIME ] 1 test run: 1 passed
      × cannot write the report `jsonl=/dev/full`: No space left on device (os error 28)
    ");
    fs::write(project.path("probe.toml"), "[test.one]\nrun = [\"false\"]\n").expect("write");
    assert_eq!(project.probe(&["run", "--report", "jsonl=/dev/full"]).code, 100);
}

#[test]
fn on_standard_output_there_is_nothing_but_the_report() {
    let project = Project::new("[test.one]\nrun = [\"sh\", \"-c\", \"echo words; exit 1\"]\n");
    let said = project.probe(&["run", "--report", "jsonl=-"]);
    assert_eq!(said.code, 100);
    assert!(said.stdout.lines().count() > 3, "{}", said.stdout);
    for line in said.stdout.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is a document");
    }
    assert!(said.stderr.contains("SUMMARY"), "{}", said.stderr);
}

const ASKING: &str = r#"[run]
reports = { junit = "build/reports/junit.xml", tap = "build/run.tap" }

[profile.ci]
reports = { jsonl = "ci/events.jsonl", tap = "ci/run.tap" }

[test.one]
run = ["true"]
"#;

/// The files of reports that a run leaves.
fn written(project: &Project) -> Vec<String> {
    let all = ["build/reports/junit.xml", "build/run.tap", "ci/events.jsonl", "ci/run.tap", "own"];
    all.into_iter().filter(|name| project.path(name).exists()).map(str::to_owned).collect()
}

#[test]
fn reports_of_the_manifest_are_written_by_every_run_and_in_directories_that_it_makes() {
    let project = Project::new(ASKING).write("deep/down/note", "");
    let mut probe = project.command(&["run"]);
    let said = project.said(&probe.current_dir(project.path("deep/down")).output().expect("start"));
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(written(&project), ["build/reports/junit.xml", "build/run.tap"]);
    assert!(project.read("build/reports/junit.xml").contains("testsuites"));
}

#[test]
fn of_each_kind_the_flag_counts_before_the_profile_and_that_before_the_manifest() {
    for (arguments, variable, expected) in [
        (
            &["run", "-P", "ci"][..],
            "",
            &["build/reports/junit.xml", "ci/events.jsonl", "ci/run.tap"][..],
        ),
        (&["run", "--report", "tap=own"], "", &["build/reports/junit.xml", "own"]),
        (&["run"], "tap=own,junit=-", &["own"]),
        (&["run", "--report", "junit=-"], "tap=own", &["build/run.tap"]),
    ] {
        let project = Project::new(ASKING);
        let said = project.command(arguments).env("PROBE_REPORT", variable).output();
        let said = project.said(&said.expect("the binary starts"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(written(&project), expected, "{arguments:?} {variable}");
        assert_eq!(
            said.stdout.contains("<testsuites"),
            !expected.contains(&"build/reports/junit.xml")
        );
    }
}

#[test]
fn a_report_of_the_manifest_that_cannot_be_written_is_told_with_where_it_is_asked_for() {
    let project = Project::new(ASKING).write("build", "a file");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 110);
    insta::assert_snapshot!(said.stderr, @r"
    × cannot write the report `junit=[ROOT]/build/reports/junit.xml`: a part of its path is a file and no directory
    help: `reports` in the manifest asks for it there
    ");
    let said = project.probe(&["run", "--report", "junit=own", "--report", "tap=own"]);
    assert_eq!(said.code, 110, "{}", said.stderr);
}
