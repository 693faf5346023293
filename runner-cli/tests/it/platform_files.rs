//! OS code stands in files that are named for their system, so that a port adds files and changes none. Clippy keeps the standard
//! library's part of it there; what the crates for system calls offer cannot be listed as a whole, and is looked for here.

use std::fs;
use std::path::{Path, PathBuf};

/// What only platform files say.
const OF_THE_SYSTEM: [&str; 5] = ["std::os::", "rustix::", "libc::", "signal_hook::", "\"/proc/"];
/// The platform files that there are.
const PLATFORMS: [&str; 2] = ["linux.rs", "unix.rs"];

/// The `src` of every crate but the benchmarks', which run on Linux alone.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let entries = fs::read_dir(root).expect("read").map(|entry| entry.expect("read").path());
    let is_crate = |path: &PathBuf| path.join("Cargo.toml").is_file() && !path.ends_with("fuzz");
    let mut crates: Vec<PathBuf> =
        entries.filter(is_crate).filter(|path| !path.ends_with("bench")).collect();
    crates.sort();
    assert!(crates.len() > 4, "{crates:?}");
    crates.into_iter().map(|path| path.join("src")).collect()
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("read").map(|entry| entry.expect("read").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn is_of_a_platform(path: &Path) -> bool {
    PLATFORMS.iter().any(|name| path.ends_with(name))
}

/// The lines of a file that speak of the system, outside its tests and its comments.
fn lines_of_the_system(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("read");
    let code = text.split("\nmod tests {").next().unwrap_or_default();
    let numbered = code.lines().enumerate();
    let told = numbered.filter(|(_, line)| {
        let line = line.trim_start();
        !line.starts_with("//") && OF_THE_SYSTEM.iter().any(|word| line.contains(word))
    });
    told.map(|(number, line)| format!("{}:{}: {line}", path.display(), number + 1)).collect()
}

#[test]
fn os_code_stands_in_platform_files() {
    let files = sources().into_iter().flat_map(|source| files(&source));
    let others = files.filter(|path| !is_of_a_platform(path) && !path.ends_with("tests.rs"));
    let found: Vec<String> = others.flat_map(|path| lines_of_the_system(&path)).collect();
    assert!(found.is_empty(), "not in a platform file:\n{}", found.join("\n"));
}

#[test]
fn where_a_platform_is_not_there_yet_a_sentence_says_so() {
    for source in sources() {
        let has_platforms = files(&source).iter().any(|path| is_of_a_platform(path));
        let root = ["lib.rs", "main.rs"].map(|name| fs::read_to_string(source.join(name)));
        let says = root.iter().flatten().any(|root| root.contains("compile_error!("));
        assert_eq!(has_platforms, says, "{}", source.display());
    }
}
