//! A Makefile with a target that tests, where nothing else says what its tests are.

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// In the order in which Make looks for them.
const NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// By convention, that of GNU's own packages last.
const TARGETS: [&str; 2] = ["test", "check"];

/// One test: only Make knows what the target does.
pub(super) fn make(ground: &Ground<'_>) -> Vec<Suggestion> {
    let Some(name) = NAMES.into_iter().find(|name| ground.has(name)) else { return Vec::new() };
    let text = ground.text(name);
    let Some(target) = TARGETS.into_iter().find(|target| has_target(&text, target)) else {
        return Vec::new();
    };
    vec![Suggestion {
        name: "make".to_owned(),
        comment: vec![format!("One test: the target `{target}` of `{name}`.")],
        yields: Yields::one(),
        run: Run::Command(words(&["make", target, "{args}"])),
        timeout: Some("30m"),
        cwd: None,
    }]
}

/// Whether a rule is for `target`: `test:`, `check test: all`, but no assignment `test := 1`.
fn has_target(text: &str, target: &str) -> bool {
    text.lines().any(|line| {
        let Some((targets, rest)) = line.split_once(':') else { return false };
        !line.starts_with([' ', '\t', '#', '.'])
            && !rest.trim_start_matches(':').starts_with('=')
            && !targets.contains('=')
            && targets.split_whitespace().any(|word| word == target)
    })
}
