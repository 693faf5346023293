//! Tools that a test can do without, if the machine has none.

/// Says that a test showed nothing for want of a tool; where CI promises all tools, that is a failure.
#[expect(clippy::disallowed_methods, reason = "whether every tool must be there is for CI to say")]
#[expect(clippy::disallowed_macros, reason = "shown by `cargo test -- --nocapture`")]
#[expect(clippy::print_stderr, reason = "shown by `cargo test -- --nocapture`")]
pub(crate) fn missing(tool: &str, why: &str) {
    let promised = std::env::var("PROBE_CI_TOOLS").is_ok_and(|value| value == "1");
    assert!(!promised, "no {tool}: {why}");
    eprintln!("nothing was tested: no {tool}: {why}");
}

/// Says that a test showed nothing because it may not do what it must: no promise covers rights.
#[expect(clippy::disallowed_macros, reason = "shown by `cargo test -- --nocapture`")]
#[expect(clippy::print_stderr, reason = "shown by `cargo test -- --nocapture`")]
pub(crate) fn forbidden(what: &str, why: &str) {
    eprintln!("nothing was tested: to {what} is not allowed here: {why}");
}
