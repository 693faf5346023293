//! What a start of `probe` costs, whatever it is for.

use std::path::PathBuf;
use std::time::Duration;

use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::rows::{nextest, spawn};
use crate::workshop::Workshop;

const ROUNDS: usize = 15;

/// The most that a start may add to a command.
const MOST: Duration = Duration::from_millis(10);

const MANIFEST: &str = r#"
[library.data]
url = "library"
kind = "data"
[test.nothing]
run = ["/bin/true"]
needs = []
"#;

/// Nothing but the start.
pub(super) fn version(workshop: &Workshop) -> Outcome<Row> {
    let directory = workshop.project("version", &[("probe.toml", MANIFEST)])?;
    let plain = workshop.peer("true", &[], &directory);
    let probe = workshop.probe(&["--version"], &directory);
    Ok(Row::new("a start", ROUNDS, probe).against("true", plain, Bar::Longer(Some(MOST))))
}

/// Packages in a lock file, of a project of middling size.
const PACKAGES: usize = 300;

/// A command behind `probe exec`, all of whose libraries are there; what else it needs is looked for in a lock file.
pub(super) fn exec(workshop: &Workshop) -> Outcome<Row> {
    let directory = locked(workshop, PACKAGES)?;
    let plain = workshop.peer("true", &[], &directory);
    let probe = workshop.probe(&["exec", "--", "true"], &directory);
    Ok(Row::new("a command with a warm library, and a lock file of 300 packages", ROUNDS, probe)
        .against("true", plain, Bar::Longer(Some(MOST))))
}

/// A project with a library that is there, and a lock file of so many packages.
pub(super) fn locked(workshop: &Workshop, packages: usize) -> Outcome<PathBuf> {
    let package = |number| {
        format!(
            r#""node_modules/package-{number}": {{ "version": "1.{number}.0", "resolved": "" }}"#
        )
    };
    let listed = (0..packages).map(package).collect::<Vec<_>>().join(",\n");
    let lock = format!("{{ \"lockfileVersion\": 3, \"packages\": {{\n{listed}\n}} }}\n");
    let files =
        [("probe.toml", MANIFEST), ("library", "some data"), ("package-lock.json", lock.as_str())];
    workshop.project(&format!("exec-{packages}"), &files)
}

/// A run of one test.
pub(super) fn run(workshop: &Workshop) -> Outcome<Row> {
    let directory = workshop.project("run", &[("probe.toml", MANIFEST), ("library", "data")])?;
    let plain = workshop.peer("true", &[], &directory);
    let probe = workshop.probe(&["run"], &directory);
    Ok(Row::new("a run of one test that does nothing", ROUNDS, probe).against(
        "true",
        plain,
        Bar::Longer(None),
    ))
}

/// A run of one test that a binary has to be asked for.
pub(super) fn run_of_binary(workshop: &Workshop) -> Outcome<Row> {
    let directory = spawn::empty(workshop, 1)?;
    let probe = workshop.probe(&["run"], &directory);
    let nextest = nextest::program(workshop, &directory, 2)?;
    Ok(Row::new("a run of the one empty test of a binary", ROUNDS, probe).against(
        "cargo-nextest",
        nextest,
        Bar::Times(1.0),
    ))
}
