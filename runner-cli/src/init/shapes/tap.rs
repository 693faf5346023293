//! Programs that print TAP, where Perl's own runner looks for them.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// What a file begins with, or uses, that is a program. Cram's tests have the same ending and are none.
const SIGNS: [&str; 3] = ["use Test", "Test::More", "use v5"];

/// A process for each file.
pub(super) fn tap(ground: &Ground<'_>) -> Vec<Suggestion> {
    let Some(files) = ground.find(&["t/**/*.t"]) else { return Vec::new() };
    let is_program =
        |text: &str| text.starts_with("#!") || SIGNS.iter().any(|sign| text.contains(sign));
    if !ground.any(&files.names, is_program) {
        return Vec::new();
    }
    // As `prove -l` has it.
    let has_modules = ground.find(&["lib/**/*.pm"]).is_some();
    let args = if has_modules { words(&["-Ilib"]) } else { Vec::new() };
    vec![Suggestion {
        name: "tap".to_owned(),
        comment: words(&["TAP, as `prove` runs it: a process for each file."]),
        yields: Yields::Files(files),
        run: Run::Kind(SuiteKind::Tap, args),
        timeout: None,
        cwd: None,
    }]
}
