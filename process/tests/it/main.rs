//! Real processes under control, without the binary that uses this crate.
//!
//! The guardian is this program once more, so that it must know how to be one: hence a main of its own. `cargo test -p
//! probe-process WORD` runs the checks with WORD in their names.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a test harness reads its command line, prints, and sends signals"
)]

mod ends;
mod guarded;
mod left;
mod support;

use std::ffi::OsString;
use std::process::ExitCode;

/// One after the other, since all orphans are one process's; each on a thread, since they are its first thread's.
const CHECKS: [(&str, fn()); 11] = [
    ("ends::an_end_comes_with_what_was_printed", ends::an_end_comes_with_what_was_printed),
    ("ends::one_stream_keeps_the_order", ends::one_stream_keeps_the_order),
    ("ends::what_takes_too_long_is_asked_to_end", ends::what_takes_too_long_is_asked_to_end),
    ("ends::what_does_not_end_when_asked_is_killed", ends::what_does_not_end_when_asked_is_killed),
    ("ends::what_is_silent_for_too_long_is_ended", ends::what_is_silent_for_too_long_is_ended),
    ("ends::a_stop_reaches_groups_that_come_later", ends::a_stop_reaches_groups_that_come_later),
    ("ends::what_cannot_start_says_why", ends::what_cannot_start_says_why),
    ("left::what_a_build_leaves_in_its_group_is_named_and_killed", left::in_a_group),
    ("left::what_a_test_leaves_anywhere_is_named_and_killed", left::anywhere),
    ("left::what_says_that_it_may_stay_stays", left::detached),
    ("guarded::nothing_outlives_a_kill", guarded::nothing_outlives_a_kill),
];

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    match words.first().and_then(|word| word.to_str()) {
        Some(probe_process::GUARDIAN) => {
            probe_process::guard(&words[1..]);
            return ExitCode::SUCCESS;
        }
        Some(guarded::VICTIM) => {
            guarded::be_a_victim();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    // Options are those of Rust's own harness.
    let wanted: Vec<&str> = words
        .iter()
        .filter_map(|word| word.to_str())
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    let mut failed = 0;
    for (name, check) in CHECKS.iter().filter(|(name, _)| is_wanted(name)) {
        let passed = std::thread::spawn(check).join().is_ok();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        failed += u32::from(!passed);
    }
    println!("\ntest result: {failed} failed\n");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
