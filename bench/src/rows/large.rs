//! A run of 100,000 tests that do nothing, without reports and with each kind of them: what probe holds meanwhile, and what
//! a report adds.

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::workshop::Workshop;

const KINDS: [&str; 5] = ["junit", "jsonl", "tap", "trace", "html"];

/// In MiB, of every such run.
const MEMORY: u64 = 200;

/// A suite with everything that a test can carry.
const MANIFEST: &str = r#"[library.first]
command = ["sh", "-c", "echo > first"]
paths = ["first"]
kind = "data"

[library.second]
command = ["sh", "-c", "echo > second"]
paths = ["second"]
kind = "data"

[suite.unit]
list = { run = ["seq", "-f", "module::submodule::test_number_%06.0f", "COUNT"], match = '^(?<name>.+)$' }
run = ["/bin/true", "--exact", "{name}", "--library", "{library.first}"]
needs = ["first", "second"]
tags = ["fast", "unit"]
env = { TEST_LOG = "debug", TEST_CALLED = "{name}" }
"#;

/// Each takes most of a minute, so all run once. Reports have no bar but of memory: they cost less than two such runs differ.
pub(super) fn reports(workshop: &Workshop) -> Outcome<Row> {
    let run = |count: &str, words: &[&str]| -> Outcome<Program> {
        let manifest = MANIFEST.replace("COUNT", count);
        let directory =
            workshop.project(&format!("large-{count}"), &[("probe.toml", &manifest)])?;
        let words = [&["run", "-j2"], words].concat();
        // What an earlier run has left in the history is read before the next one.
        Ok(workshop.probe(&words, &directory).forgetting(directory.join(".probe")))
    };
    let tenth = run("10000", &[])?.called("10,000");
    let plain = run("100000", &[])?.called("100,000, without a report");
    let row = Row::new("tests that do nothing", 1, tenth).cold();
    let mut row = row.and(plain, Bar::Times(12.0)).within(MEMORY).based();
    for kind in KINDS {
        let report = format!("{kind}=report.{kind}");
        let program = run("100000", &["--report", &report])?;
        row = row.and(program.called(format!("100,000, with `{kind}`")), Bar::None).within(MEMORY);
    }
    Ok(row)
}
