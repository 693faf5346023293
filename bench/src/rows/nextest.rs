//! nextest on the tests of one crate, so that it neither asks cargo nor builds while it is measured.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::workshop::{Workshop, find};

/// Builds the tests of the crate.
pub(super) fn build(directory: &Path) -> Outcome<()> {
    let build = ["test", "--no-run", "--quiet", "--target-dir", "target"];
    let built = Command::new("cargo").args(build).current_dir(directory).status()?;
    if built.success() { Ok(()) } else { Err("the tests do not compile".into()) }
}

/// nextest on what is built; `None` if it is not installed.
pub(super) fn program(
    workshop: &Workshop,
    directory: &Path,
    jobs: usize,
) -> Outcome<Option<Program>> {
    let Some(program) = find("cargo-nextest") else { return Ok(None) };
    let list = ["nextest", "list", "--list-type", "binaries-only", "--message-format", "json"];
    let save = |command: &mut Command, file: &str| -> Outcome<()> {
        let output = command.current_dir(directory).stderr(Stdio::null()).output()?;
        Ok(std::fs::write(directory.join(file), output.stdout)?)
    };
    save(Command::new(program).args(list).args(["--target-dir", "target"]), "binaries.json")?;
    let metadata = ["metadata", "--format-version", "1", "--offline"];
    save(Command::new("cargo").args(metadata).env("CARGO_TARGET_DIR", "target"), "cargo.json")?;
    let jobs = format!("-j{jobs}");
    let run = ["--cargo-metadata", "cargo.json", "--binaries-metadata", "binaries.json"];
    let run = ["nextest", "run", &jobs].into_iter().chain(run).collect::<Vec<_>>();
    Ok(workshop.peer("cargo-nextest", &run, directory))
}
