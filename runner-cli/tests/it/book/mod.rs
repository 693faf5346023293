//! The book in `docs/`: every command in it is run, every link leads somewhere, and no key of the manifest is missing.
//!
//! What a page says to this test stands in comments that readers do not see:
//!
//! - `<!-- project: testdata/deno -->`: from here on, commands run in a copy of that directory, or in an `empty` one.
//! - `<!-- needs: deno -->`: only where that program works; with blanks, a program and arguments.
//! - `<!-- file: NAME -->`: the next block is that file of the project.
//! - `<!-- exit: 100 -->`: the next command ends with that code.
//! - `<!-- output -->`: what the command before it says has the lines of the next block, but for times; `…` is not said.
//!
//! - `<!-- from: … -->`: what follows comes from there; see `generated`.
//!
//! A block that is not run says why itself: `sh not-run="it downloads 20 MB"`.

mod chart;
mod generated;
mod links;
mod messages;
mod page;
mod pictures;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Project;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("docs")
}

fn read(name: &str) -> String {
    let path = docs().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages that `SUMMARY.md` names, in its order.
fn pages() -> Vec<String> {
    let summary = read("SUMMARY.md");
    links::of(&summary).map(|link| link.trim_start_matches("./").to_owned()).collect()
}

/// All commands of these pages.
fn check(names: &[&str]) {
    for name in names {
        let commands = page::run(name, &read(name));
        assert!(commands > 0, "{name} has no commands");
    }
}

#[test]
fn commands_for_people_who_begin_work() {
    check(&["introduction.md", "install.md", "start-shell.md", "libraries.md", "presets.md"]);
}

#[test]
fn commands_for_deno_work() {
    check(&["start-deno.md"]);
}

#[test]
fn commands_for_node_work() {
    check(&["start-node.md"]);
}

#[test]
fn commands_for_pytest_work() {
    check(&["start-pytest.md"]);
}

#[test]
fn commands_for_cargo_work() {
    check(&["start-cargo.md"]);
}

#[test]
fn commands_for_c_work() {
    check(&["start-c.md"]);
}

#[test]
fn commands_for_many_machines_work() {
    check(&["machines.md"]);
}

#[test]
fn commands_for_several_packages_work() {
    check(&["monorepos.md"]);
}

#[test]
fn commands_about_the_manifest_work() {
    check(&["manifest.md"]);
}

#[test]
fn commands_about_services_work() {
    check(&["services.md"]);
}

#[test]
fn commands_about_runs_work() {
    check(&["runs.md"]);
}

#[test]
fn commands_about_changes_work() {
    check(&["changed.md"]);
}

#[test]
fn commands_about_torn_libraries_work() {
    check(&["torn.md"]);
}

#[test]
fn commands_for_ci_work() {
    check(&["ci.md"]);
}

#[test]
fn every_page_with_commands_is_run_by_a_test() {
    let tests = include_str!("mod.rs");
    for name in pages() {
        let has_commands = page::has_commands(&read(&name));
        assert!(!has_commands || tests.contains(&format!("\"{name}\"")), "no test runs {name}");
    }
}

#[test]
fn every_page_is_in_the_summary() {
    let pages = pages();
    for entry in fs::read_dir(docs()).expect("the book").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let is_page = name.ends_with(".md") && name != "SUMMARY.md";
        assert!(!is_page || pages.contains(&name), "`{name}` is not in SUMMARY.md");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 8, "{pages:?}");
    let others = ["../README.md", "../integrations/README.md"].map(str::to_owned);
    for name in pages.iter().chain(&others) {
        let text = read(name);
        let directory = docs().join(name).parent().expect("a directory").to_owned();
        for link in links::of(&text) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if file.is_empty() { docs().join(name) } else { directory.join(file) };
            assert!(path.exists(), "{name}: `{link}` leads nowhere");
            if !anchor.is_empty() {
                let target = fs::read_to_string(&path).expect("a page");
                assert!(links::anchors(&target).any(|known| known == anchor), "{name}: `{link}`");
            }
        }
    }
}

#[test]
fn what_comes_from_elsewhere_is_as_it_is_there() {
    let parts: usize = pages().iter().map(|name| generated::check(name)).sum();
    assert!(parts > 8, "{parts}");
    for name in pages() {
        assert!(!read(&name).contains("{{#"), "{name}: that is shown by mdBook alone");
    }
}

/// Who opens the project sees what it is for, a picture, how to get it, how to use it and where it runs.
#[test]
fn the_readme_is_short_and_its_first_screen_says_what_matters() {
    let readme = read("../README.md");
    assert!(readme.lines().count() <= 120, "{} lines", readme.lines().count());
    let first: Vec<&str> = readme.lines().take(40).collect();
    let first = first.join("\n");
    for part in [
        "docs/pictures/timeline.svg",
        "npm install",
        "pip install",
        "cargo install",
        "probe -- deno test",
        "Linux",
    ] {
        assert!(first.contains(part), "`{part}` is below the first screen");
    }
    let second = first.find("\n## ").expect("a heading");
    assert!(first[..second].lines().count() <= 40);
}

/// The keys in the book are those of `probe help manifest`, which are those of the schema. `INSTA_UPDATE=always` writes them.
#[test]
fn the_manifest_reference_has_every_key() {
    let topic = Project::bare().probe(&["help", "manifest"]).stdout;
    let (_, keys) = topic.split_once("\n[run]\n").expect("the keys");
    let head = "# Every key of the manifest\n\nAs `probe help manifest` prints them, from the schema that `probe schema` prints for editors.\n\n";
    let page = format!("{head}```text\n[run]\n{}\n```\n", keys.trim_end());
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        fs::write(docs().join("keys.md"), &page).expect("write the page");
    }
    assert_eq!(read("keys.md"), page, "INSTA_UPDATE=always writes it anew");
}
