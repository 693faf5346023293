//! The most memory that probe holds while it runs 100,000 tests that do nothing; fails above 200 MiB. Linux alone.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

const TESTS: usize = 100_000;
const BAR: u64 = 200 * 1024;

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
list = { run = ["seq", "-f", "module::submodule::test_number_%06.0f", "100000"], match = '^(?<name>.+)$' }
run = ["true", "--exact", "{name}", "--library", "{library.first}"]
needs = ["first", "second"]
tags = ["fast", "unit"]
env = { TEST_LOG = "debug", TEST_CALLED = "{name}" }
"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let project = tempfile::tempdir()?;
    fs::write(project.path().join("probe.toml"), MANIFEST)?;
    let mut probe = Command::new(env!("CARGO_BIN_EXE_probe"))
        .args(["run", "-j2"])
        .current_dir(project.path())
        .env("PROBE_STORE", project.path().join("store"))
        .stderr(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", probe.id());
    let mut peak = 0;
    let mut lines = 0;
    for line in BufReader::new(probe.stderr.take().expect("it is piped")).split(b'\n') {
        line?;
        lines += 1;
        // Probe has not ended while there is something to read; the last lines add nothing.
        if lines % 1000 == 0 {
            peak = resident(&fs::read_to_string(&status)?).unwrap_or(peak);
        }
    }
    let passed = probe.wait()?.success() && lines > TESTS;
    println!("{TESTS} tests: {peak} KiB at most; the bar is {BAR} KiB");
    Ok(if passed && (1..=BAR).contains(&peak) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The most that a process has ever held, in KiB, as Linux tells.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
