//! Many processes that need one library which is not there.

use std::path::Path;

use crate::Outcome;
use crate::contest::Program;
use crate::row::{Bar, Row};
use crate::workshop::Workshop;

const PROCESSES: usize = 64;
const ROUNDS: usize = 3;

/// It takes 5 s to make: for 64 processes at once hardly more than for one.
const MANIFEST: &str = r#"
[library.slow]
command = ["sh", "-c", "sleep 5; echo > slow"]
paths = ["slow"]
inputs = ["probe.toml"]
kind = "data"
"#;

pub(super) fn cold(workshop: &Workshop) -> Outcome<Row> {
    let project = |name: &str| -> Outcome<Program> {
        let directory = workshop.project(name, &[("probe.toml", MANIFEST)])?;
        Ok(preload(workshop, &directory))
    };
    let one = project("cold-one")?.called("one process");
    let many = project("cold-many")?.called(format!("{PROCESSES} at once"));
    let many = many.copies(PROCESSES);
    Ok(Row::new("a library that takes 5 s", ROUNDS, many).against(
        "one process",
        Some(one),
        Bar::Times(1.1),
    ))
}

fn preload(workshop: &Workshop, directory: &Path) -> Program {
    let store = directory.join("store");
    let program = workshop.probe(&["preload"], directory).with("PROBE_STORE", &store);
    program.forgetting(store).forgetting(directory.join("slow"))
}
