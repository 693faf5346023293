//! How the workspace is built: no circle of files above three, and what the system does in files that are named for it.
//!
//! Counted is what a file takes from another by its path: in a `use`, in an expression, in a type. What a door (`mod.rs`,
//! `lib.rs`) hands on by `pub use` is no arrow of the door's. Tests among the code do not count.

mod arrows;
mod circles;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use arrows::Crate;

/// More files than these in one circle cannot be understood one by one.
const LARGEST: usize = 3;

/// The crates whose sources are looked at.
fn crates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let entries = fs::read_dir(root).expect("the workspace can be read");
    let mut crates: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the workspace").path())
        .filter(|path| path.join("Cargo.toml").is_file() && path.join("src").is_dir())
        .collect();
    crates.sort();
    assert!(crates.len() >= 8, "these are not all: {crates:?}");
    crates
}

/// The Rust files below `directory`.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory of sources can be read") {
        let path = entry.expect("an entry of the sources").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The text of a file up to its tests, which stand at its end.
fn without_tests(text: &str) -> &str {
    let begins = ["#[cfg(test)]\nmod ", "#[cfg(test)]\n#[expect"];
    let end = begins.iter().filter_map(|begin| text.find(begin)).min();
    end.map_or(text, |end| &text[..end])
}

#[test]
fn no_circle_of_files_is_larger_than_three() {
    let (mut large, mut files, mut arrows) = (Vec::new(), 0, 0);
    for directory in crates() {
        let house = Crate::read(&directory.join("src"));
        files += house.names.len();
        arrows += house.arrows.iter().map(BTreeSet::len).sum::<usize>();
        let circles = circles::circles(&house.arrows);
        large.extend(circles.into_iter().filter(|circle| circle.len() > LARGEST).map(|circle| {
            let files: Vec<String> = circle.iter().map(|&file| house.names[file].clone()).collect();
            format!("{}: {}", directory.display(), files.join(", "))
        }));
    }
    assert!(arrows > files, "not all arrows are seen: {arrows} between {files} files");
    assert!(large.is_empty(), "circles of files:\n{}", large.join("\n"));
}

/// Whether a file, or the room that it is in, is named for a system.
fn is_of_a_system(path: &Path) -> bool {
    const SYSTEMS: [&str; 5] = ["unix", "linux", "macos", "windows", "platform"];

    path.iter().any(|part| SYSTEMS.contains(&part.to_string_lossy().trim_end_matches(".rs")))
}

#[test]
fn what_the_system_does_stands_in_files_that_are_named_for_it() {
    const OF_A_SYSTEM: [&str; 4] = ["std::os::", "rustix::", "libc::", "signal_hook::"];

    let mut misplaced = Vec::new();
    for directory in crates() {
        let root = directory.join("src");
        for file in sources(&root) {
            let inside = file.strip_prefix(&root).expect("it is below");
            if is_of_a_system(inside) {
                continue;
            }
            let text = fs::read_to_string(&file).expect("sources are texts");
            let code = without_tests(&text);
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let first =
                lines.into_iter().find(|line| OF_A_SYSTEM.iter().any(|of| line.contains(of)));
            misplaced.extend(first.map(|line| format!("{}: {}", file.display(), line.trim())));
        }
    }
    assert!(misplaced.is_empty(), "outside of the platform files:\n{}", misplaced.join("\n"));
}

#[test]
fn where_files_for_a_system_are_not_there_yet_a_sentence_says_so() {
    for directory in crates() {
        let root = directory.join("src");
        let files = sources(&root);
        let is_named = |file: &PathBuf| file.ends_with("linux.rs") || file.ends_with("unix.rs");
        let has_platforms = files.iter().any(is_named);
        let roots = ["lib.rs", "main.rs"].map(|name| fs::read_to_string(root.join(name)));
        let says = roots.iter().flatten().any(|text| text.contains("\ncompile_error!("));
        assert_eq!(has_platforms, says, "{}", directory.display());
    }
}
