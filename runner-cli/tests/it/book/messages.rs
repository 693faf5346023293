//! The page of messages: each that it explains is one that probe prints.

use std::fs;
use std::path::{Path, PathBuf};

use super::read;

/// Adds the text of all Rust files below `directory`.
fn add_sources(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).expect("sources").flatten() {
        let path: PathBuf = entry.path();
        if path.is_dir() {
            add_sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *text += &fs::read_to_string(path).expect("a source");
        }
    }
}

#[test]
fn every_message_that_is_explained_is_one_of_probe() {
    let mut sources = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    for part in ["loader", "process", "run", "report", "runner-cli", "scenario"] {
        add_sources(&root.join(part).join("src"), &mut sources);
    }
    let page = read("troubleshooting.md");
    let headings = page.lines().filter(|line| line.starts_with("### "));
    // What stands in code, without the blanks at its ends.
    let messages: Vec<&str> =
        headings.flat_map(|heading| heading.split('`').skip(1).step_by(2)).map(str::trim).collect();
    assert!(messages.len() > 25, "{messages:?}");
    for message in messages {
        assert!(sources.contains(message), "nobody prints `{message}`");
    }
}
