//! Manual pages, as `man` and `mandoc` read them.

use std::process::Command;

use crate::support::{Project, is_missing};

#[test]
fn every_command_and_topic_has_a_page_that_formatters_accept() {
    let project = Project::bare();
    let said = project.probe(&["man", "--directory", "man"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let pages: Vec<_> = ["man1", "man7"]
        .iter()
        .flat_map(|section| std::fs::read_dir(project.path("man").join(section)).expect("pages"))
        .map(|entry| entry.expect("a page").path())
        .collect();
    let named = |name: &str| pages.iter().any(|page| page.ends_with(name));
    for name in
        ["man1/probe.1", "man1/probe-run.1", "man1/probe-store-prune.1", "man7/probe-manifest.7"]
    {
        assert!(named(name), "{name} is not in {pages:?}");
    }
    if is_missing(Command::new("mandoc").args(["-T", "lint", "-W", "error"]).arg(&pages[0])) {
        return;
    }
    for page in &pages {
        let output = Command::new("mandoc")
            .args(["-T", "lint", "-W", "error"])
            .arg(page)
            .output()
            .expect("mandoc starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {said}", page.display());
    }
    let output = Command::new("mandoc")
        .args(["-T", "utf8", "-O", "width=100"])
        .arg(project.path("man/man1/probe-run.1"))
        .output()
        .expect("mandoc starts");
    let text = String::from_utf8_lossy(&output.stdout).replace('\u{8}', "");
    for word in ["SYNOPSIS", "--selector", "PROBE_JOBS", "WHICH TESTS", "probe-environment(7)"] {
        // Bold and underlined letters are printed twice.
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let doubled: String = word.chars().flat_map(|c| [c, c]).collect();
        let found =
            letters(&text).contains(&letters(word)) || letters(&text).contains(&letters(&doubled));
        assert!(found, "no {word} in:\n{text}");
    }
}

#[test]
fn one_page_is_printed() {
    let project = Project::bare();
    let page = |words: &[&str]| project.probe(&[&["man"], words].concat());
    assert!(page(&[]).stdout.contains(".TH probe 1"), "{}", page(&[]).stdout);
    assert!(page(&["store", "prune"]).stdout.contains(".TH probe-store-prune 1"));
    assert!(page(&["selectors"]).stdout.contains(".TH probe-selectors 7"));
    assert_eq!(page(&["nothing"]).code, 2);
}
