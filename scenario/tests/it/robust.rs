//! Whatever the text, reading ends with a value, and its report can be shown.
//!
//! The cases are the same in every run. `PROPTEST_CASES=100000 PROPTEST_RNG_SEED=2` hunts further.

use probe_scenario::{Found, Mistakes, read};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::{LINUX, render};

/// A manifest that has every key, to be broken.
const EVERYTHING: &str = include_str!("../corpus/good/everything.toml");

/// Pieces that mean something to TOML, to placeholders, to patterns or to messages.
const TOKENS: [&str; 41] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "{{",
    "}}",
    "=",
    ",",
    ".",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\n",
    "\r\n",
    "#",
    "\0",
    "\u{feff}",
    "ö",
    "🦀",
    "e\u{301}",
    "run",
    "library",
    "suite",
    "test",
    "after",
    "finally = true\n",
    "needs",
    "{file}",
    "{files}",
    "{args}",
    "{name}",
    "{library.duckdb}",
    "**/",
    "(?<name>",
    "99999999999999999999",
    "0x",
    "2026-11-23",
];

/// Reads, expands and shows, and holds what must be true of every text.
fn check(text: &str) -> Result<(), TestCaseError> {
    let reading = read(text, &LINUX);
    let again = read(text, &LINUX);
    prop_assert_eq!(&reading.mistakes, &again.mistakes, "reading is not repeatable");
    let spans: Vec<_> = reading.mistakes.iter().map(probe_scenario::Mistake::span).collect();
    prop_assert!(spans.is_sorted());
    for span in spans {
        prop_assert!(text.get(span.start..span.end).is_some(), "{:?} cuts the text", span);
    }
    let mut found = Found::default();
    found.add_files(["tests/a.probitas.ts", "scripts/a.sh"].map(str::to_owned));
    for suite in reading.manifest.suites() {
        found.add_listing(suite.id, "a: test\nb: test\n".to_owned());
    }
    let expansion = reading.manifest.expand(&found);
    for mistakes in [reading.mistakes, expansion.mistakes] {
        if let Some(report) = Mistakes::new("probe.toml", text, mistakes) {
            prop_assert!(!render(&report).is_empty());
        }
    }
    Ok(())
}

/// A place in `EVERYTHING`, at a character's start.
fn place() -> impl Strategy<Value = usize> {
    let places: Vec<usize> = EVERYTHING.char_indices().map(|(at, _)| at).collect();
    prop::sample::select(places)
}

/// `EVERYTHING` with some of its parts replaced by something short.
fn broken() -> impl Strategy<Value = String> {
    let token = prop::sample::select(TOKENS.to_vec());
    let change = (place(), 0..40_usize, token);
    prop::collection::vec(change, 1..6).prop_map(|changes| {
        let mut text = EVERYTHING.to_owned();
        for (start, length, token) in changes {
            let start = floor(&text, start);
            let end = floor(&text, start + length);
            text.replace_range(start..end, token);
        }
        text
    })
}

/// The last start of a character in `text` that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_tokens_can_be_read(tokens in prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 0..60)) {
        check(&tokens.concat())?;
    }

    #[test]
    fn any_broken_manifest_can_be_read(text in broken()) {
        check(&text)?;
    }

    #[test]
    fn any_bytes_that_are_text_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes))?;
    }
}
