//! How each runner reports that no test ran. A truth table: an unknown output counts as a test that ran.
//!
//! A test that is skipped, filtered out or not yet written has not run.

use std::sync::LazyLock;

use regex::Regex;

use crate::value::kind::SuiteKind;

impl SuiteKind {
    /// Whether a command that exited with `code` has run no test. `code` must be 0, or the runner's code for "no tests".
    /// `printed` is its whole output, without colours. `files` are the files of the test, if it has any.
    #[must_use]
    pub fn ran_nothing(self, code: i32, printed: &str, files: &[String]) -> bool {
        match (self, code) {
            (Self::Cargo, 0) => cargo(printed),
            (Self::Ctest, 0) => ctest(printed),
            (Self::Pytest, 0) => pytest(printed),
            (Self::Pytest, 5) => true,
            (Self::Deno, 0) => deno(printed),
            (Self::Deno, 1) => has_line(printed, "error: No test modules found"),
            (Self::NodeTest, 0) => node_test(printed, files),
            (Self::Vitest, 0) => vitest(printed),
            (Self::Jest, 0) => jest(printed),
            (Self::Vitest | Self::Jest, 1) => no_files(printed),
            (Self::Playwright, 0) => playwright(printed),
            // With a full stop where files or patterns were given.
            (Self::Playwright, 1) => ["Error: No tests found", "Error: No tests found."]
                .iter()
                .any(|text| has_line(printed, text)),
            (Self::Bun, 0) => bun(printed),
            (Self::Bun, 1) => printed.lines().any(|line| {
                line.starts_with("Test filter ") && line.ends_with(" had no matches")
                    || line.starts_with("error: regex \"") && line.contains(" matched 0 tests.")
            }),
            (Self::Go, 0) => go(printed),
            (Self::Probitas, 0) => probitas(printed),
            (Self::Probitas, 4) => true,
            // Several runners may be meant.
            (Self::Node, _) => [Self::NodeTest, Self::Vitest, Self::Jest, Self::Playwright]
                .iter()
                .any(|kind| kind.ran_nothing(code, printed, files)),
            _ => false,
        }
    }
}

/// `test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured; …`, once for each binary.
fn cargo(printed: &str) -> bool {
    static RESULT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?m)^test result: \w+\. (\d+) passed; (\d+) failed; \d+ ignored; (\d+) measured;")
    });
    let mut results = RESULT.captures_iter(printed).peekable();
    results.peek().is_some() && results.all(|result| (1..=3).all(|at| &result[at] == "0"))
}

/// `1/1 Test #1: name .....***Skipped   0.00 sec`, a line for each test.
fn ctest(printed: &str) -> bool {
    static TEST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ *\d+/\d+ Test +#\d+: .*$"));
    let mut tests = TEST.find_iter(printed).peekable();
    tests.peek().is_some()
        && tests.all(|test| {
            let line = test.as_str();
            line.contains("***Skipped") || line.contains("***Not Run (Disabled)")
        })
}

/// `1 passed, 2 skipped in 0.01s`, perhaps between `=`; nothing of its own comes after it.
fn pytest(printed: &str) -> bool {
    static RESULT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?m)^(?:=+ )?([a-z0-9, ]+) in [0-9.]+s(?: \([0-9:]+\))?(?: =+)?$")
    });
    RESULT.captures_iter(printed).last().is_some_and(|result| {
        let words = ["skipped", "deselected", "warning", "warnings"];
        &result[1] == "no tests ran" || all_counts(result[1].split(", "), &words)
    })
}

/// `ok | 1 passed (2 steps) | 0 failed | 1 ignored (3ms)`.
fn deno(printed: &str) -> bool {
    let result = printed.lines().rev().find(|line| line.starts_with("ok | "));
    result.is_some_and(|result| {
        let mut parts = result.split(" | ").skip(1);
        parts.next().is_some_and(|passed| passed.starts_with("0 passed"))
            && parts.next().is_some_and(|failed| failed.starts_with("0 failed"))
    })
}

/// `# pass 1` or `ℹ pass 1`. A file in which no test is defined counts as a test that has its name.
fn node_test(printed: &str, files: &[String]) -> bool {
    static COUNT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?m)^(?:#|ℹ) (pass|fail|cancelled) (\d+)$"));
    static TITLE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?m)^(?:ok \d+ - (?<tap>.*)|✔ (?<spec>.*) \([\d.]+ms\))$"));
    let ran: Option<u64> = COUNT
        .captures_iter(printed)
        .map(|count| count[2].parse::<u64>().ok())
        .try_fold((0, 0), |(sum, lines), count| Some((sum + count?, lines + 1)))
        .and_then(|(sum, lines)| (lines == 3).then_some(sum));
    let titles = TITLE.captures_iter(printed);
    let of_files = titles.filter(|title| {
        let title = title.name("tap").or(title.name("spec")).map_or("", |title| title.as_str());
        files.iter().any(|file| is_same_file(file, title))
    });
    ran == u64::try_from(of_files.count()).ok()
}

/// Whether two names mean one file. Either name may begin in a higher directory.
pub(super) fn is_same_file(left: &str, right: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    !left.is_empty() && !right.is_empty() && (ends(left, right) || ends(right, left))
}

/// `      Tests  1 skipped | 1 todo (2)`.
fn vitest(printed: &str) -> bool {
    let mut lines = printed.lines().map(str::trim_start);
    no_files(printed)
        || lines.any(|line| {
            let counts = line.strip_prefix("Tests  ").map(str::trim);
            counts.is_some_and(|counts| {
                let counts = counts.rsplit_once(" (").map_or(counts, |(counts, _)| counts);
                counts == "no tests" || all_counts(counts.split(" | "), &["skipped", "todo"])
            })
        })
}

/// `Tests:       1 skipped, 1 total`.
fn jest(printed: &str) -> bool {
    no_files(printed)
        || printed.lines().any(|line| {
            let counts = line.strip_prefix("Tests: ").map(str::trim);
            counts
                .is_some_and(|counts| all_counts(counts.split(", "), &["skipped", "todo", "total"]))
        })
}

/// `  1 skipped`, a line for each way in which tests ended.
fn playwright(printed: &str) -> bool {
    static COUNT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?m)^  \d+ (passed|failed|flaky|skipped|interrupted|did not run|timed out)\b")
    });
    let mut ends = COUNT.captures_iter(printed).peekable();
    ends.peek().is_some() && ends.all(|end| matches!(&end[1], "skipped" | "did not run"))
}

/// ` 0 pass` and ` 0 fail` above `Ran 2 tests across 1 file.` Skipped tests have lines of their own.
fn bun(printed: &str) -> bool {
    static COUNT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ (\d+) (?:pass|fail)$"));
    let mut counts = COUNT.captures_iter(printed).peekable();
    counts.peek().is_some() && counts.all(|count| &count[1] == "0")
}

/// `ok  example.org/a 0.004s [no tests to run]` or `?   example.org/a [no test files]`; with `-v` a line for each test, too.
fn go(printed: &str) -> bool {
    let is_result = |line: &&str| line.starts_with("ok  \t") || line.starts_with("?   \t");
    let is_none =
        |line: &str| line.ends_with("[no tests to run]") || line.ends_with("[no test files]");
    let mut results = printed.lines().filter(is_result).peekable();
    let mut tests = printed.lines().filter(|line| line.starts_with("--- ")).peekable();
    let all_skip = tests.peek().is_some() && tests.all(|line| line.starts_with("--- SKIP: "));
    results.peek().is_some() && (all_skip || results.all(is_none))
}

/// `  ✓ 0 scenarios passed` in the summary. If a scenario had failed, the exit code would say so.
fn probitas(printed: &str) -> bool {
    printed.lines().any(|line| line.trim_start_matches(['✓', ' ']) == "0 scenarios passed")
}

/// What Vitest and Jest print if there is no file for them.
fn no_files(text: &str) -> bool {
    let says = |line: &str| {
        line.starts_with("No test files found, exiting")
            || line.starts_with("No tests found, exiting")
    };
    text.lines().any(says)
}

/// Whether each of `counts` is a number and one of `words`; the first that is not has run.
fn all_counts<'c>(counts: impl Iterator<Item = &'c str>, words: &[&str]) -> bool {
    let fits = |count: &str| {
        let (number, word) = count.split_once(' ').unwrap_or_default();
        number.parse::<u64>().is_ok() && words.contains(&word)
    };
    let mut counts = counts.peekable();
    counts.peek().is_some() && counts.all(fits)
}

fn has_line(printed: &str, text: &str) -> bool {
    printed.lines().any(|line| line == text)
}

pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("it is tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_says_in_its_own_words_whether_anything_ran() {
        let check = |kind: SuiteKind, code, printed: &str, expected| {
            let files = ["test/a.test.js".to_owned()];
            assert_eq!(
                kind.ran_nothing(code, printed, &files),
                expected,
                "{kind} {code}: {printed}"
            );
        };
        for (kind, code, printed, nothing) in [
            (
                SuiteKind::Cargo,
                0,
                "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.00s\n",
                true,
            ),
            (
                SuiteKind::Cargo,
                0,
                "test result: ok. 0 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out\n",
                true,
            ),
            (
                SuiteKind::Cargo,
                0,
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n",
                false,
            ),
            (SuiteKind::Cargo, 0, "all fine\n", false),
            (
                SuiteKind::Cargo,
                101,
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n",
                false,
            ),
            (
                SuiteKind::Ctest,
                0,
                "    Start 1: a\n1/1 Test #1: a ................***Skipped   0.00 sec\n\n100% tests passed, 0 tests failed out of 1\n",
                true,
            ),
            (
                SuiteKind::Ctest,
                0,
                "1/2 Test  #9: a ...***Not Run (Disabled)   0.00 sec\n2/2 Test #10: b ...   Passed    0.01 sec\n",
                false,
            ),
            (SuiteKind::Ctest, 0, "ok\n", false),
            (SuiteKind::Pytest, 5, "", true),
            (SuiteKind::Pytest, 0, "s\n1 skipped in 0.00s\n", true),
            (SuiteKind::Pytest, 0, "==== 2 skipped, 1 warning in 0.02s ====\n", true),
            (SuiteKind::Pytest, 0, "==== 1 xfailed in 0.02s ====\n", false),
            (SuiteKind::Pytest, 0, "==== 1 passed, 2 skipped in 1.00s (0:01:01) ====\n", false),
            (SuiteKind::Pytest, 0, "", false),
            (SuiteKind::Pytest, 1, "==== 2 skipped in 0.02s ====\n", false),
            (
                SuiteKind::Deno,
                0,
                "running 0 tests from ./a_test.ts\n\nok | 0 passed | 0 failed (0ms)\n",
                true,
            ),
            (SuiteKind::Deno, 0, "ok | 0 passed | 0 failed | 1 ignored (34ms)\n", true),
            (SuiteKind::Deno, 0, "ok | 1 passed (2 steps) | 0 failed (3ms)\n", false),
            (SuiteKind::Deno, 1, "error: No test modules found\n", true),
            (
                SuiteKind::Deno,
                1,
                "error: Uncaught (in promise) Error: No test modules found\n",
                false,
            ),
            (
                SuiteKind::NodeTest,
                0,
                "ok 1 - /p/test/a.test.js\n# tests 1\n# pass 1\n# fail 0\n# cancelled 0\n",
                true,
            ),
            (
                SuiteKind::NodeTest,
                0,
                "✔ test/a.test.js (157.4ms)\nℹ tests 1\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\n",
                true,
            ),
            (
                SuiteKind::NodeTest,
                0,
                "✔ a.test.js (157.4ms)\n✔ s (0.8ms)\nℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ cancelled 0\n",
                false,
            ),
            (
                SuiteKind::NodeTest,
                0,
                "ok 1 - s # SKIP\n# tests 1\n# pass 0\n# fail 0\n# cancelled 0\n",
                true,
            ),
            (
                SuiteKind::NodeTest,
                0,
                "ok 1 - s\n# tests 1\n# pass 1\n# fail 0\n# cancelled 0\n",
                false,
            ),
            (SuiteKind::NodeTest, 0, ".\n", false),
            (SuiteKind::Bun, 0, " 0 pass\n 0 fail\nRan 0 tests across 1 file. [46.00ms]\n", true),
            (
                SuiteKind::Bun,
                0,
                " 0 pass\n 1 skip\n 1 todo\n 0 fail\nRan 2 tests across 1 file.\n",
                true,
            ),
            (
                SuiteKind::Bun,
                0,
                " 1 pass\n 1 skip\n 0 fail\nRan 2 tests across 1 file. [1ms]\n",
                false,
            ),
            (SuiteKind::Bun, 0, "bun test v1.4.5 (a7733435c)\n", false),
            (SuiteKind::Bun, 1, "Test filter \"./nope.test.ts\" had no matches\n", true),
            (
                SuiteKind::Bun,
                1,
                "error: regex \"zzz\" matched 0 tests. Searched 1 file (skipping 3 tests) [107.00ms]\n",
                true,
            ),
            (SuiteKind::Bun, 1, " 0 pass\n 1 fail\n", false),
            (SuiteKind::Go, 0, "ok  \texample.org/a\t0.004s [no tests to run]\n", true),
            (SuiteKind::Go, 0, "?   \texample.org/c\t[no test files]\n", true),
            (SuiteKind::Go, 0, "ok  \texample.org/a\t0.004s\n", false),
            (
                SuiteKind::Go,
                0,
                "ok  \texample.org/a\t0.004s [no tests to run]\nok  \tb\t0.1s\n",
                false,
            ),
            (
                SuiteKind::Go,
                0,
                "=== RUN   TestB\n    b_test.go:3: no db\n--- SKIP: TestB (0.00s)\nPASS\nok  \tb\t0.002s\n",
                true,
            ),
            (
                SuiteKind::Go,
                0,
                "--- SKIP: TestB (0.00s)\n--- PASS: TestA (0.00s)\nok  \tb\t0.002s\n",
                false,
            ),
            (SuiteKind::Go, 1, "FAIL\texample.org/e\t0.066s\n", false),
            (SuiteKind::Go, 0, "", false),
            (SuiteKind::Vitest, 0, "      Tests  1 skipped | 1 todo (2)\n", true),
            (SuiteKind::Vitest, 0, "No test files found, exiting with code 0\n", true),
            (SuiteKind::Vitest, 1, "No test files found, exiting with code 1\n", true),
            (SuiteKind::Vitest, 0, "      Tests  1 passed | 1 skipped (2)\n", false),
            (SuiteKind::Vitest, 1, "      Tests  no tests\n", false),
            (SuiteKind::Jest, 0, "Tests:       1 skipped, 1 total\n", true),
            (SuiteKind::Jest, 0, "No tests found, exiting with code 0\n", true),
            (SuiteKind::Jest, 0, "Tests:       1 skipped, 2 passed, 3 total\n", false),
            (SuiteKind::Playwright, 1, "Error: No tests found.\nMake sure\n", true),
            (SuiteKind::Playwright, 1, "Error: No tests found\n\n", true),
            (SuiteKind::Playwright, 0, "\n  1 skipped\n", true),
            (SuiteKind::Playwright, 0, "\n  1 skipped\n  1 passed (5.4s)\n", false),
            (SuiteKind::Playwright, 0, "", false),
            (SuiteKind::Probitas, 4, "No scenarios found in files\n", true),
            (
                SuiteKind::Probitas,
                0,
                "Summary\n  ✓ 0 scenarios passed\n\n0 scenarios total [0.100ms]\n",
                true,
            ),
            (
                SuiteKind::Probitas,
                0,
                "Summary\n  ✓ 10 scenarios passed\n  ⊘ 1 scenarios skipped\n",
                false,
            ),
            (SuiteKind::Node, 0, "      Tests  1 todo (1)\n", true),
            (SuiteKind::Node, 0, "      Tests  1 passed (1)\n", false),
        ] {
            check(kind, code, printed, nothing);
        }
    }
}
