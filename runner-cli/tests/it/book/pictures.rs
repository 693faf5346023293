//! The pictures of README and book: each is what probe, or a table of the book, makes of it. `INSTA_UPDATE=always` writes
//! them anew.

use std::fs;

use crate::support::Project;

use super::{chart, docs, read};

/// Checks a picture of the book against what it should be.
fn check(name: &str, fresh: &str) {
    roxmltree::Document::parse(fresh).expect("it is XML");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        fs::write(docs().join(name), fresh).expect("write the picture");
    }
    assert!(read(name) == fresh, "{name} is another picture: `INSTA_UPDATE=always` writes it anew");
}

#[test]
fn the_picture_of_a_run_is_what_its_log_gives() {
    let project = Project::bare();
    fs::copy(docs().join("pictures/timeline.jsonl"), project.path("log")).expect("a log");
    let said = project.probe(&["report", "--from", "log", "--report", "svg=-"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("21 tests, none failed"), "{}", said.stdout);
    check("pictures/timeline.svg", &said.stdout);
}

#[test]
fn the_chart_of_cost_is_what_its_table_says() {
    check("pictures/performance.svg", &chart::of(&read("performance.md")));
}
