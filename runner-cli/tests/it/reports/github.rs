//! What a run leaves in GitHub Actions.

use std::process::Command;

use super::scenes::mixed;
use crate::support::{Project, Said};

fn run(project: &Project) -> Said {
    let mut probe: Command = project.command(&["run", "-j1"]);
    probe.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", project.path(""));
    probe.env("GITHUB_STEP_SUMMARY", project.path("summary.md"));
    project.said(&probe.output().expect("the binary starts"))
}

#[test]
fn each_failure_is_an_annotation_at_its_place() {
    let project = mixed();
    let said = run(&project);
    assert_eq!((said.code, said.stdout.as_str()), (100, ""));
    let annotations: Vec<&str> =
        said.stderr.lines().filter(|line| line.starts_with("::")).collect();
    insta::assert_snapshot!(annotations.join("\n"));
}

#[test]
fn the_summary_of_the_job_is_added_to_and_shows_text_as_text() {
    let project = mixed().write("summary.md", "# before\n");
    run(&project);
    let page = project.read("summary.md");
    assert!(page.starts_with("# before\n"), "{page}");
    assert!(!page.contains("<b>") && !page.contains("<ends>"), "{page}");
    for expected in [
        "### probe: ",
        "| missing | ",
        "<summary>❌ late: TIMEOUT",
        "⚠️ flaky: passed at attempt 2",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn elsewhere_nothing_of_it_is_written() {
    let project = mixed();
    let said = project.probe(&["run", "-j1"]);
    assert!(!said.stderr.lines().any(|line| line.starts_with("::")), "{}", said.stderr);
}
