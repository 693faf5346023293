//! The examples, for tests that need processes to kill. Cargo builds them only when it runs all tests, so they are built
//! here.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program that imports one library, up to date.
pub(crate) fn import() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("import"))
}

/// The program that imports a folder, up to date.
pub(crate) fn folder() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("folder"))
}

/// The program that pins a URL, up to date.
pub(crate) fn pin() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("pin"))
}

fn build(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test's path");
    // target/<profile>/deps/<test>
    let profile = test.ancestors().nth(2).expect("the profile's directory");
    let target = profile.parent().expect("the target directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--offline", "--example", name])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        .arg("--target-dir")
        .arg(target);
    if profile.file_name() == Some(OsStr::new("release")) {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("start cargo").success());
    profile.join("examples").join(name)
}
