//! Texts of TAP and their results.

use std::fmt::Write;

use super::*;
use crate::results::Tally;

fn results(text: &str) -> Results {
    let mut reader = TapReader::default();
    text.lines().for_each(|line| reader.line(line));
    reader.end(true)
}

/// The counts, each test that did not pass or is in a subtest, and what is wrong.
fn shown(text: &str) -> String {
    let results = results(text);
    let Tally { passed, failed, skipped } = results.tally;
    let mut shown = format!("{passed} passed, {failed} failed, {skipped} skipped");
    for subtest in &results.subtests {
        let _ = write!(shown, "; {:?} {}", subtest.came, subtest.label());
        if !subtest.message.is_empty() {
            let _ = write!(shown, ": {}", subtest.message);
        }
    }
    if let Some(reason) = &results.skipped {
        let _ = write!(shown, "; all skipped: {reason}");
    }
    if let Some(flaw) = &results.flaw {
        let _ = write!(shown, "; but {flaw}");
    }
    shown
}

#[test]
fn points_and_plans() {
    for (text, expected) in [
        ("1..2\nok 1 - a\nok 2 - b\n", "2 passed, 0 failed, 0 skipped; Passed a; Passed b"),
        ("ok\nok\n1..2\n", "2 passed, 0 failed, 0 skipped; Passed test 1; Passed test 2"),
        ("TAP version 13\r\n1..1\r\nok 1 a\r\n", "1 passed, 0 failed, 0 skipped; Passed a"),
        ("noise\n1..1\nmore ok 3\nok 1 - a\n", "1 passed, 0 failed, 0 skipped; Passed a"),
        (
            "1..3\nok 2 - b\nok 1 - a\nok 3 - c\n",
            "3 passed, 0 failed, 0 skipped; Passed b; Passed a; Passed c",
        ),
        (
            "1..2\nnot ok 1 - a # TODO later\nok 2 - b # skip no gpu\n",
            "0 passed, 0 failed, 2 skipped; Skipped a: later; Skipped b: no gpu",
        ),
        ("1..1\nok 1 - a # TODO done\n", "1 passed, 0 failed, 0 skipped; Passed a: done"),
        ("1..1\nnot ok 1 - a # SKIP no\n", "0 passed, 1 failed, 0 skipped; Failed a: no"),
        (
            "1..2\nok 1 - a \\# SKIP b \\\\\nok 2 - issue #7 fixed\n",
            "2 passed, 0 failed, 0 skipped; Passed a # SKIP b \\; Passed issue #7 fixed",
        ),
        ("1..0 # SKIP no docker\n", "0 passed, 0 failed, 0 skipped; all skipped: no docker"),
        ("1..0 # Skipped: no docker\n", "0 passed, 0 failed, 0 skipped; all skipped: no docker"),
        ("1..0\n", "0 passed, 0 failed, 0 skipped"),
        (
            "1..1\nnot ok 1 - a\n# Failed test\n#   at t line 3\n",
            "0 passed, 1 failed, 0 skipped; Failed a: Failed test",
        ),
        (
            "1..2\nnot ok 1 - a\n  ---\n  message: \"it is 3\"\n  ok 7\n  ...\nok 2 - b\n",
            "1 passed, 1 failed, 0 skipped; Failed a: it is 3; Passed b",
        ),
        (
            "1..1\nnot ok 1 - a\n  ---\n  duration_ms: 1\n  error: |-\n    it is 3\n    not 4\n  ...\n",
            "0 passed, 1 failed, 0 skipped; Failed a: it is 3",
        ),
        (
            "1..1\nnot ok 1 - a\n  ---\n  duration_ms: 1\n  ...\n",
            "0 passed, 1 failed, 0 skipped; Failed a",
        ),
        ("pragma +strict\n1..1\nok 1 - okay\nokay\n", "1 passed, 0 failed, 0 skipped; Passed okay"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_was_planned_and_is_not_there_is_wrong() {
    for (text, expected) in [
        ("", "it printed no TAP"),
        ("hello\n", "it printed no TAP"),
        ("TAP version 14\n", "its TAP has no plan"),
        ("ok 1 - a\n", "its TAP has no plan"),
        ("1..3\nok 1 - a\n", "its TAP has 1 of 3 planned tests"),
        ("1..1\nok 1\nok 2\n", "its TAP has 2 of 1 planned tests"),
        ("1..3\nok 1\nok 2\nok 2\n", "its TAP has test 2 twice"),
        ("1..2\nok 1\nok 7\n", "its TAP has no test 2 of 2"),
        ("1..2\nok 1\n1..2\nok 2\n", "its TAP has two plans"),
        ("1..0 # SKIP x\nok 1\n", "its TAP has 1 of 0 planned tests"),
        (
            "1..99999999999999999999999\nok 1\n",
            "its TAP has 1 of 18446744073709551615 planned tests",
        ),
        ("1..2\nok 1\nBail out! no database\nok 2\n", "it bailed out: no database"),
        ("Bail out!\n", "it bailed out"),
        // An open block takes all that follows.
        ("1..2\nnot ok 1\n  ---\n  a: b\nok 2\n", "its TAP has 1 of 2 planned tests"),
    ] {
        assert_eq!(results(text).flaw.as_deref(), Some(expected), "{text}");
    }
    let mut reader = TapReader::default();
    ["1..1", "ok 1"].iter().for_each(|line| reader.line(line));
    assert!(reader.end(false).flaw.is_some());
}

#[test]
fn subtests_stand_below_the_point_that_sums_them_up() {
    for (text, expected) in [
        (
            "TAP version 14\n# Subtest: parse\n    ok 1 - int\n    not ok 2 - float\n    1..2\nnot ok 1 - parse\nok 2 - other\n1..2\n",
            "2 passed, 1 failed, 0 skipped; Passed parse int; Failed parse float; Passed other",
        ),
        (
            "    # Subtest: deep\n        ok 1 - a\n        1..1\n    ok 1 - deep\n    1..1\nok 1 - top\n1..1\n",
            "1 passed, 0 failed, 0 skipped; Passed top > deep a",
        ),
        // Its parent has not noticed.
        (
            "    ok 1 - a\n    1..2\nok 1 - top\n1..1\n",
            "1 passed, 1 failed, 0 skipped; Passed top a; Failed top: has 1 of 2 planned tests",
        ),
        (
            "    not ok 1 - a\n    1..1\nok 1 - top\n1..1\n",
            "0 passed, 1 failed, 0 skipped; Failed top a",
        ),
        (
            "    not ok 1 - a\n    1..1\nnot ok 1 - top # TODO later\n1..1\n",
            "0 passed, 0 failed, 1 skipped; Skipped top a",
        ),
        (
            "    ok 1 - a\n    1..1\nnot ok 1 - top\n1..1\n",
            "1 passed, 1 failed, 0 skipped; Passed top a; Failed top",
        ),
        // Cut off within it.
        (
            "1..1\n    ok 1 - a\n",
            "1 passed, 0 failed, 0 skipped; Passed a; but its TAP has 0 of 1 planned tests",
        ),
        // Text that is just indented.
        (
            "1..1\nok 1 - a\n        ok 2 - b\n  ok 3 - c\n",
            "1 passed, 0 failed, 0 skipped; Passed a",
        ),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_long_text_takes_no_memory_that_grows() {
    let mut reader = TapReader::default();
    for number in 1..=20_000 {
        reader.line(&format!("    ok {number} - {}", "x".repeat(100)));
    }
    reader.line("    1..20000");
    reader.line("ok 1 - many");
    for number in 2..=10_000 {
        reader.line(&format!("not ok {number} - y"));
        reader.line(&format!("# {}", "z".repeat(1_000)));
    }
    reader.line("1..10000");
    let results = reader.end(true);
    assert_eq!(results.flaw, None);
    assert_eq!((results.tally.passed, results.tally.failed), (20_000, 9_999));
    assert!(results.subtests.len() <= 10_000);
}
