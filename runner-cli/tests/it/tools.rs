//! Tools that a test can do without, where the machine has none.

use std::process::{Command, Stdio};

/// Whether `tool` can be run. Where it cannot, it is said that nothing is shown; where CI promises all tools, that is a
/// failure.
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
pub(crate) fn has(tool: &str) -> bool {
    let started = Command::new(tool)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let has = started.is_ok_and(|status| status.success());
    let promised = std::env::var_os("PROBE_CI_TOOLS").is_some_and(|value| value == "1");
    assert!(has || !promised, "PROBE_CI_TOOLS=1 wants `{tool}`");
    if !has {
        eprintln!("not checked: `{tool}` is not installed");
    }
    has
}
