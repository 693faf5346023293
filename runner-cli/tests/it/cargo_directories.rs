//! Where the binaries of a Cargo suite are built, listed and run, and what Cargo's configuration sets on the way.

use crate::kinds::cargo;
use crate::support::Project;

/// A test that is no harness: it can be listed and run in its package alone.
const OWN: &str = r#"fn main() {
    assert_eq!(std::env::current_dir().unwrap().to_str().unwrap(), env!("CARGO_MANIFEST_DIR"));
    let is_listed = std::env::args().any(|argument| argument == "--list");
    let is_ignored = std::env::args().any(|argument| argument == "--ignored");
    if is_listed && !is_ignored {
        println!("listed: test");
    }
}
"#;

const GIVEN: &str = r#"use std::env::var;

#[test]
fn the_package_is_the_directory() {
    assert_eq!(std::env::current_dir().unwrap().to_str().unwrap(), env!("CARGO_MANIFEST_DIR"));
}

#[test]
fn what_is_configured_upward_of_the_suite_holds_and_the_nearest_first() {
    assert_eq!(var("BOTH").unwrap(), "near");
    assert_eq!(var("FAR").unwrap(), "far");
    let file = std::path::PathBuf::from(var("BESIDE").unwrap());
    assert!(file.ends_with("crates/data") && file.is_absolute(), "{file:?}");
    // Cargo, started in the suite's directory, does not see this one either.
    assert!(var("OF_THE_PACKAGE").is_err());
}

#[test]
fn what_the_environment_has_is_replaced_only_by_force() {
    assert_eq!(var("KEPT").unwrap(), "outer");
    assert_eq!(var("FORCED").unwrap(), "configured");
}
"#;

/// The suite's directory is that of the workspace, below the project's, and the package's is below that.
#[test]
fn cargo_builds_where_the_suite_says_and_each_binary_runs_in_its_package() {
    let project = Project::new("[suite.rust]\nkind = \"cargo\"\ncwd = \"crates\"\n")
        .write(".cargo/config.toml", "[env]\nBOTH = \"far\"\nFAR = \"far\"\n")
        .write("crates/Cargo.toml", "[workspace]\nmembers = [\"units\"]\nresolver = \"3\"\n")
        .write(
            "crates/.cargo/config.toml",
            "[env]\nBOTH = \"near\"\nBESIDE = { value = \"data\", relative = true }\n\
             KEPT = \"configured\"\nFORCED = { value = \"configured\", force = true }\n",
        )
        .write(
            "crates/units/Cargo.toml",
            "[package]\nname = \"units\"\nedition = \"2024\"\n[[test]]\nname = \"own\"\nharness = false\n",
        )
        .write("crates/units/.cargo/config.toml", "[env]\nBOTH = \"package\"\nOF_THE_PACKAGE = \"1\"\n")
        .write("crates/units/src/lib.rs", "//! ```\n//! assert!(units::is_there());\n//! ```\npub fn is_there() -> bool { true }\n")
        .write("crates/units/tests/own.rs", OWN)
        .write("crates/units/tests/given.rs", GIVEN);
    let said = cargo(&project, &["list"]);
    insta::assert_snapshot!(said.stdout, @"
    rust units::given the_package_is_the_directory
    rust units::given what_is_configured_upward_of_the_suite_holds_and_the_nearest_first
    rust units::given what_the_environment_has_is_replaced_only_by_force
    rust units::own listed
    rust (documentation)
    ");
    let mut command = project.command(&["run"]);
    command.env("CARGO_TARGET_DIR", project.path("target")).envs([
        ("CARGO_NET_OFFLINE", "true"),
        ("KEPT", "outer"),
        ("FORCED", "outer"),
    ]);
    let said = project.end(project.start_command(&mut command));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("5 tests run: 5 passed"), "{}", said.stderr);
}
