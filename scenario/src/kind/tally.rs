//! How many tests each runner reports that it ran: a table of its words. An unknown output is `None`.
//!
//! Does not know what a count means for the process: `empty` decides that nothing ran, `belied` that tests failed.

use std::sync::LazyLock;

use regex::Regex;

use super::empty::regex;
use crate::results::Tally;
use crate::value::kind::SuiteKind;

/// The words of runners for tests that passed, failed and were skipped. All other words, such as `warnings`, count nothing.
const PASSED: [&str; 5] = ["passed", "pass", "xpassed", "flaky", "measured"];
const FAILED: [&str; 7] =
    ["failed", "fail", "error", "errors", "cancelled", "interrupted", "timed out"];
const SKIPPED: [&str; 7] =
    ["skipped", "ignored", "todo", "xfailed", "did not run", "pending", "skip"];

impl SuiteKind {
    /// How many tests a process of this runner reports, from its whole output without colours.
    #[must_use]
    pub fn tally(self, printed: &str) -> Option<Tally> {
        static CARGO: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^test result: \w+\. (.*)$"));
        static PYTEST: LazyLock<Regex> = LazyLock::new(|| {
            regex(r"(?m)^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [0-9.]+s(?: \([0-9:]+\))?(?: =+)?$")
        });
        static DENO: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^(?:ok|FAILED) \| (.*)$"));
        static NODE: LazyLock<Regex> =
            LazyLock::new(|| regex(r"(?m)^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)$"));
        static VITEST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ *Tests  +(\d.*)$"));
        static JEST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^Tests: +(\d.*)$"));
        static PLAYWRIGHT: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"(?m)^  (\d+ (?:passed|failed|flaky|skipped|interrupted|did not run|timed out))\b",
            )
        });
        static PROBITAS: LazyLock<Regex> =
            LazyLock::new(|| regex(r"(?m)^ *\S (\d+) scenarios (passed|failed|skipped)$"));
        static BUN: LazyLock<Regex> =
            LazyLock::new(|| regex(r"(?m)^ (\d+) (pass|fail|skip|todo)$"));
        let all = |pattern: &Regex| {
            let lines = pattern.captures_iter(printed).map(|found| counted(&found[1]));
            lines.reduce(|one, other| one.zip(other).map(|(one, other)| one.and(other)))?
        };
        let last = |pattern: &Regex| counted(&pattern.captures_iter(printed).last()?[1]);
        let named = |pattern: &Regex, number: usize, word: usize| {
            let counts = pattern
                .captures_iter(printed)
                .map(|found| counted(&format!("{} {}", &found[number], &found[word])));
            counts.reduce(|one, other| one.zip(other).map(|(one, other)| one.and(other)))?
        };
        match self {
            Self::Cargo => all(&CARGO),
            Self::Pytest => last(&PYTEST),
            Self::Deno => last(&DENO),
            Self::NodeTest => named(&NODE, 2, 1),
            Self::Vitest => last(&VITEST),
            Self::Jest => last(&JEST),
            Self::Playwright => all(&PLAYWRIGHT),
            Self::Probitas => named(&PROBITAS, 1, 2),
            Self::Bun => named(&BUN, 1, 2),
            Self::Go => go(printed),
            Self::Ctest => ctest(printed),
            // Its whole output is read as TAP.
            Self::Tap => None,
            Self::Node => [Self::NodeTest, Self::Vitest, Self::Jest, Self::Playwright]
                .iter()
                .find_map(|kind| kind.tally(printed)),
        }
    }
}

/// `1 passed (2 steps), 2 skipped`, whatever stands between the counts. `None` if there is no word that counts.
fn counted(text: &str) -> Option<Tally> {
    static COUNT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(\d+) (did not run|timed out|[a-z]+)"));
    // The text in parentheses is counted already, or is not a test.
    static ASIDE: LazyLock<Regex> = LazyLock::new(|| regex(r"\([^)]*\)"));
    let text = ASIDE.replace_all(text, "");
    let mut tally = None;
    for count in COUNT.captures_iter(&text) {
        let number: u64 = count[1].parse().ok()?;
        let is = |words: &[&str]| if words.contains(&&count[2]) { number } else { 0 };
        let found = Tally { passed: is(&PASSED), failed: is(&FAILED), skipped: is(&SKIPPED) };
        tally = Some(tally.unwrap_or(Tally::default()).and(found));
    }
    tally
}

/// One line for each test, only with `-v`. Lines of tests within a test are indented: `--- PASS: TestA (0.00s)`.
fn go(printed: &str) -> Option<Tally> {
    let one = |line: &str| match line.strip_prefix("--- ")?.split(':').next()? {
        "PASS" => Some(Tally { passed: 1, ..Tally::default() }),
        "FAIL" => Some(Tally { failed: 1, ..Tally::default() }),
        "SKIP" => Some(Tally { skipped: 1, ..Tally::default() }),
        _ => None,
    };
    // Without it only those that failed have one.
    printed.lines().find(|line| line.starts_with("=== RUN "))?;
    printed.lines().filter_map(one).reduce(Tally::and)
}

/// A line for each test: `1/1 Test #1: name .....***Skipped   0.00 sec`.
fn ctest(printed: &str) -> Option<Tally> {
    static TEST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ *\d+/\d+ Test +#\d+: .*$"));
    let one = |line: &str| match line {
        line if line.contains("***Skipped") || line.contains("***Not Run (Disabled)") => {
            Tally { skipped: 1, ..Tally::default() }
        }
        line if line.contains("***") => Tally { failed: 1, ..Tally::default() },
        _ => Tally { passed: 1, ..Tally::default() },
    };
    TEST.find_iter(printed).map(|test| one(test.as_str())).reduce(Tally::and)
}

/// Why a program skipped all of its tests, if all its standard output is TAP that says so.
#[must_use]
pub fn skipped_by_tap(stdout: &str) -> Option<String> {
    static PLAN: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^1\.\.(\d+)(?: *# *skip(?:ped)?\b:? *(.*))?$"));
    static POINT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^(not )?ok\b[^#]*(?:# *skip\S*:? *(.*))?$"));
    let (mut plan, mut points, mut reason) = (None, 0_u64, None);
    for line in stdout.lines() {
        if line.starts_with("TAP version ") || line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if let Some(found) = PLAN.captures(line) {
            if plan.replace(found[1].parse::<u64>().ok()?).is_some() {
                return None;
            }
            reason = reason.or_else(|| Some(found.get(2)?.as_str().trim().to_owned()));
        } else {
            let found = POINT.captures(line)?;
            // A point that failed, or ran.
            if found.get(1).is_some() {
                return None;
            }
            points += 1;
            let own = found.get(2)?.as_str().trim().to_owned();
            reason = reason.or(Some(own));
        }
    }
    (plan? == points).then_some(reason?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_counts_its_tests_in_its_own_words() {
        use SuiteKind::{
            Bun, Cargo, Ctest, Deno, Go, Jest, Node, NodeTest, Playwright, Probitas, Pytest, Vitest,
        };
        let cargo = "test result: ok. 3 passed; 0 failed; 2 ignored; 1 measured; 4 filtered out; finished in 0.00s\n";
        let twice = format!("{cargo}{cargo}");
        for (kind, printed, expected) in [
            (Cargo, cargo, Some((4, 0, 2))),
            (Cargo, &twice, Some((8, 0, 4))),
            (Cargo, "all fine\n", None),
            (Pytest, "==== 10 passed, 2 skipped, 1 warning in 0.02s ====\n", Some((10, 0, 2))),
            (
                Pytest,
                "1 failed, 2 errors, 1 xfailed, 1 xpassed in 61.00s (0:01:01)\n",
                Some((1, 3, 1)),
            ),
            (Pytest, "no tests ran in 0.01s\n", None),
            (Pytest, "3 passed in 0.1s\n1 passed, 3 deselected in 0.2s\n", Some((1, 0, 0))),
            (Deno, "ok | 1 passed (2 steps) | 0 failed | 1 ignored (3ms)\n", Some((1, 0, 1))),
            (Deno, "FAILED | 1 passed | 2 failed (3ms)\n", Some((1, 2, 0))),
            (
                NodeTest,
                "# tests 5\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n",
                Some((1, 2, 2)),
            ),
            (NodeTest, "ℹ pass 7\nℹ fail 0\n", Some((7, 0, 0))),
            (
                Vitest,
                "      Tests  1 failed | 2 passed | 1 skipped | 1 todo (5)\n",
                Some((2, 1, 2)),
            ),
            (Vitest, "      Tests  no tests\n", None),
            (Jest, "Tests:       1 failed, 1 skipped, 2 passed, 4 total\n", Some((2, 1, 1))),
            (Playwright, "\n  1 skipped\n  2 passed (5.4s)\n", Some((2, 0, 1))),
            (Playwright, "  1 did not run\n  1 flaky\n", Some((1, 0, 1))),
            (
                Probitas,
                "Summary\n  ✓ 10 scenarios passed\n  ⊘ 1 scenarios skipped\n",
                Some((10, 0, 1)),
            ),
            (
                Ctest,
                "1/3 Test #1: a ...   Passed\n2/3 Test #2: b ...***Skipped\n3/3 Test #3: c ...***Failed\n",
                Some((1, 1, 1)),
            ),
            (Bun, " 1 pass\n 2 skip\n 1 todo\n 3 fail\n 9 expect() calls\n", Some((1, 3, 3))),
            (Bun, "bun test v1.4.5 (a7733435c)\n", None),
            (
                Go,
                "=== RUN   TestA\n=== RUN   TestA/s\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/s (0.00s)\n\
                 --- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\nFAIL\n",
                Some((1, 1, 1)),
            ),
            (Go, "--- FAIL: TestB (0.00s)\nFAIL\n", None),
            (Go, "ok  \texample.org/a\t0.004s\n", None),
            (Node, "Tests:       2 passed, 2 total\n", Some((2, 0, 0))),
            (Cargo, "test result: ok. 99999999999999999999 passed; 0 failed;\n", None),
        ] {
            let expected =
                expected.map(|(passed, failed, skipped)| Tally { passed, failed, skipped });
            assert_eq!(kind.tally(printed), expected, "{kind}: {printed}");
        }
    }

    #[test]
    fn a_text_of_tap_says_that_all_is_skipped_or_something_else() {
        for (stdout, expected) in [
            ("1..0 # SKIP no docker\n", Some("no docker")),
            ("TAP version 14\n1..0 # skip\n", Some("")),
            ("# about\n\n1..0 # Skipped: no network\n", Some("no network")),
            ("TAP version 13\n1..2\nok 1 - a # SKIP no gpu\nok 2 # skip\n", Some("no gpu")),
            ("ok 1 # SKIP here\n1..1\n", Some("here")),
            ("1..2\nok 1 # SKIP a\nok 2 - ran\n", None),
            ("1..1\nnot ok 1 # SKIP a\n", None),
            ("1..2\nok 1 # SKIP a\n", None),
            ("1..0\n", None),
            ("starting\n1..0 # SKIP no docker\n", None),
            ("1..0 # SKIP a\n1..0 # SKIP a\n", None),
            ("1..1\nok 1 # TODO a\n", None),
            ("", None),
        ] {
            assert_eq!(skipped_by_tap(stdout).as_deref(), expected, "{stdout}");
        }
    }
}
