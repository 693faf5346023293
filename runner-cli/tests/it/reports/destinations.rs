//! Where reports go, and what becomes of those that cannot be written.

use std::fs;

use crate::support::Project;

const ONE: &str = "[test.one]\nrun = [\"sh\", \"-c\", \"echo > ran\"]\n";

#[test]
fn a_report_without_a_directory_ends_the_run_before_it_begins() {
    let project = Project::new(ONE);
    let said = project.probe(&["run", "--report", "jsonl=no/such/place.jsonl"]);
    assert_eq!(said.code, 110);
    assert!(!project.path("ran").exists());
    insta::assert_snapshot!(said.stderr, @r"
    × cannot write the report `jsonl=no/such/place.jsonl`: its directory does not exist
    help: make it first: `mkdir -p no/such`
    ");
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
