//! Tests of every row of the table: what each runner prints if it ends well, ends early, or exits with 0 although tests
//! failed.

use super::*;

/// The content of a test file.
const SOURCE: &str =
    "import { test } from \"node:test\";\nif (later) {\n  test(\"a\", () => {});\n}\n";

fn early() -> Option<Belied> {
    Some(Belied::Early)
}

fn failed(words: &str) -> Option<Belied> {
    Some(Belied::Failed(words.to_owned()))
}

fn check_with(
    (kind, words, has_result): (SuiteKind, &str, bool),
    source: &str,
    printed: &str,
    expected: Option<Belied>,
) {
    let expected = Vec::from_iter(expected);
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let source = |_: &str| Some(source.to_owned());
    let ran = Ran {
        printed,
        ends_line: printed.ends_with('\n'),
        has_result,
        words: &words,
        files: &["test/a.test.js".to_owned()],
        source: &source,
    };
    assert_eq!(Vec::from_iter(kind.belied(ran)), expected, "{kind} {words:?}: {printed}");
    // Whatever the verdict rests on is found in a long output, too; the end of its last line is known there as well.
    let kept: Vec<&str> = printed.lines().filter(|line| bears_on_result(line)).collect();
    let kept = format!("{}\n", kept.join("\n"));
    let long = Vec::from_iter(kind.belied(Ran { printed: &kept, ..ran }));
    assert_eq!(long, expected, "{kind} {words:?}, kept: {kept}");
}

fn check(kind: SuiteKind, printed: &str, expected: Option<Belied>) {
    check_with((kind, "", false), SOURCE, printed, expected);
}

fn check_own(kind: SuiteKind, words: &str, printed: &str, expected: Option<Belied>) {
    check_with((kind, words, true), SOURCE, printed, expected);
}

#[test]
fn cargo_begins_and_has_a_result() {
    let kind = SuiteKind::Cargo;
    let ok = "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    let bad = "running 1 test\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n";
    check_own(kind, "it a --exact", ok, None);
    check_own(kind, "it a --exact", "running 1 test\n", early());
    check_own(kind, "it a --exact", "\nrunning 12 tests\nhalf a line", early());
    check_own(kind, "it a --exact", &format!("{ok}running 1 test\n"), early());
    check_own(
        kind,
        "it a --exact",
        "running 1 test\nno line end: test result: ok. 1 passed; 0 failed\n",
        None,
    );
    check_own(
        kind,
        "it a --exact",
        bad,
        failed("test result: FAILED. 0 passed; 1 failed; 0 ignored"),
    );
    // A test prints the output of another run.
    check_own(
        kind,
        "it a --exact",
        &format!("running 1 test\n{bad}{}", &ok["running 1 test\n".len()..]),
        None,
    );
    check_own(
        kind,
        "it a --exact",
        &format!("running 1 test\n{bad}running 1 test\ntest result: ok. 1 passed\n"),
        None,
    );
    check(kind, "running 1 test\n", None);
    check_with((kind, "cargo test --lib", false), SOURCE, "running 1 test\n", early());
    // A harness of its own, and reporters that say nothing before the end.
    check_own(kind, "it a --exact", "", None);
    check_own(kind, "it a --exact", "all fine\n", None);
    check_own(kind, "it a --exact", "<?xml version=\"1.0\"?><testsuites></testsuites>\n", None);
    let json = "{ \"type\": \"suite\", \"event\": \"started\", \"test_count\": 1 }\n";
    check_own(kind, "it a --exact", json, early());
    check_own(
        kind,
        "it a --exact",
        &format!(
            "{json}{{ \"type\": \"suite\", \"event\": \"ok\", \"passed\": 1, \"failed\": 0 }}\n"
        ),
        None,
    );
    check_own(
        kind,
        "it a --exact",
        &format!("{json}{{ \"type\": \"suite\", \"event\": \"failed\", \"failed\": 1 }}\n"),
        failed("{ \"type\": \"suite\", \"event\": \"failed\", \"failed\": 1 }"),
    );
    check_own(
        kind,
        "it a --exact",
        &format!("{bad}error: test failed, to rerun pass `--lib`\n{ok}"),
        failed("error: test failed, to rerun pass `--lib`"),
    );
}

#[test]
fn pytest_begins_and_has_a_result() {
    let kind = SuiteKind::Pytest;
    let head = "============================= test session starts ==============================\nplatform linux\ncollected 3 items / 1 deselected / 2 selected\n\ntest_q.py ";
    check(kind, &format!("{head}."), early());
    check(kind, &format!("{head}.\n"), early());
    for result in [
        "==== 1 passed in 0.01s ====",
        "==== 1 passed, 1 deselected, 1 warning in 61.00s (0:01:01) ====",
        "==== no tests ran in 0.01s ====",
        "==== 1 test collected in 0.01s ====",
        "Results (0.02s):\n       1 passed",
        "1 passed in 0.01s",
    ] {
        check(kind, &format!("{head}.\n\n{result}\n"), None);
    }
    check(
        kind,
        &format!("{head}F\n==== 1 failed, 2 passed in 0.02s ====\n"),
        failed("1 failed, 2 passed in 0.02s"),
    );
    check(kind, "F\n1 error in 0.02s\n", failed("1 error in 0.02s"));
    check(kind, "a test printed 1 failed\n==== 1 passed in 0.02s ====\n", None);
    // Without a head: `-q`, or another reporter.
    check_own(kind, "python -m pytest -q", ".", early());
    check_own(kind, "python -m pytest -q", "", early());
    check_own(kind, "python -m pytest -q", ".   [100%]\n1 passed in 0.01s\n", None);
    check_own(kind, "python -m pytest -qq", ".   [100%]\n", None);
    check_own(kind, "python -m pytest -p no:terminal", "", None);
    check_own(kind, "env A=1 /v/bin/pytest -q", ".", early());
    check_own(kind, "sh run.sh", ".", None);
    check_own(kind, "python -m pytest", "1..1\nok 1 - a\n", None);
    check(kind, "", None);
    check(kind, ".", None);
}

#[test]
fn deno_has_a_result_by_all_reporters_but_two() {
    let kind = SuiteKind::Deno;
    let begin = "running 1 test from ./a_test.ts\n";
    check(kind, begin, early());
    check(kind, &format!("{begin}a ... ok (0ms)\n\nok | 1 passed | 0 failed (3ms)\n"), None);
    check(
        kind,
        &format!("{begin}\nFAILED | 1 passed | 1 failed (3ms)\n"),
        failed("FAILED | 1 passed | 1 failed (3ms)"),
    );
    check(
        kind,
        "note ./f_test.ts called `Deno.exit(0)` from outside any test. The isolate was terminated; remaining test files will continue.\n\nok | 0 passed | 0 failed (0ms)\n",
        early(),
    );
    check_own(kind, "deno test", "", early());
    check_own(kind, "deno test", "\nok | 0 passed | 0 failed (0ms)\n", None);
    check_own(kind, "deno test --reporter=junit", "", None);
    check_own(kind, "deno test --no-run", "", None);
    check_own(kind, "deno task check", "", None);
    check(kind, "TAP version 14\nok 1 - a\n", early());
    check(kind, "TAP version 14\nok 1 - a\n1..1\n", None);
    check(kind, "TAP version 14\nnot ok 1 - a\n1..1\n", failed("not ok 1 - a"));
    check(kind, "", None);
}

#[test]
fn node_has_counts_and_says_nothing_of_a_file_that_ended_early() {
    let kind = SuiteKind::NodeTest;
    let counts = |pass: u32, fail: u32, cancelled: u32| {
        format!("ℹ tests 1\nℹ pass {pass}\nℹ fail {fail}\nℹ cancelled {cancelled}\nℹ skipped 0\n")
    };
    check(kind, &format!("✔ s (0.8ms)\n{}", counts(1, 0, 0)), None);
    check(kind, &counts(0, 1, 0), failed("fail 1"));
    check(kind, &counts(0, 0, 2), failed("cancelled 2"));
    check(kind, "TAP version 13\nok 1 - s\n", early());
    check(kind, "TAP version 13\nok 1 - s\n1..1\n# pass 1\n# fail 0\n# cancelled 0\n", None);
    check(kind, ".\n", None);
    check_own(kind, "node --test", "", early());
    check_own(kind, "node run.js", "", None);
    check_own(kind, "node --test --test-reporter=dot", ".\n", None);
    // A file that passes as a whole has no test, or one that it did not report.
    for printed in [
        format!("✔ /p/test/a.test.js (126.1ms)\n{}", counts(1, 0, 0)),
        format!("TAP version 13\nok 1 - /p/test/a.test.js\n1..1\n{}", counts(1, 0, 0)),
    ] {
        let told = (kind, "", false);
        check_with(told, SOURCE, &printed, None);
        check_with(told, "export const nothing = 1;\n", &printed, None);
        check_with(
            told,
            "const { test } = require('node:test');\ntest('a', () => {});\n",
            &printed,
            early(),
        );
        let filtered = (kind, "node --test --test-name-pattern=b", false);
        let source = "const { test } = require('node:test');\ntest('a', () => {});\n";
        check_with(filtered, source, &printed, None);
        check_with(told, "// not node:test\ntest('a', () => {});\n", &printed, None);
        check_with(told, "import it from 'node:test';\nawait it.skip('a');\n", &printed, early());
    }
}

#[test]
fn vitest_begins_and_has_counts() {
    let kind = SuiteKind::Vitest;
    let head = "\n RUN  v4.1.12 /p\n\n";
    check(kind, head, early());
    check(kind, &format!("{head} Test Files  1 passed (1)\n      Tests  1 passed (1)\n"), None);
    check(kind, &format!("{head}No test files found, exiting with code 0\n"), None);
    check(
        kind,
        &format!("{head} Test Files  1 failed (1)\n      Tests  2 failed | 1 passed (3)\n"),
        failed("Tests  2 failed | 1 passed (3)"),
    );
    check(
        kind,
        &format!("{head} Test Files  1 failed (1)\n      Tests  no tests\n"),
        failed("Test Files  1 failed (1)"),
    );
    check(kind, "", None);
    check(kind, "{\"numTotalTests\":1}\n", None);
}

#[test]
fn jest_has_counts_unless_somebody_wants_other_reporters() {
    let kind = SuiteKind::Jest;
    let counts = "Test Suites: 1 passed, 1 total\nTests:       1 passed, 1 total\n";
    check_own(kind, "jest", counts, None);
    check_own(kind, "jest", "No tests found, exiting with code 0\n", None);
    check_own(kind, "jest", "", early());
    check_own(kind, "jest --reporters=jest-junit", "", None);
    check_own(kind, "jest -c other.js", "", None);
    check_own(kind, "npx --no -- jest", "", early());
    check_own(kind, "npm test", "", None);
    check(kind, "", None);
    check(kind, "  ●  process.exit called with \"0\"\n", early());
    check(
        kind,
        "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 passed, 2 total\n",
        failed("Tests:       1 failed, 1 passed, 2 total"),
    );
    check(
        kind,
        "Test Suites: 1 failed, 1 total\nTests:       0 total\n",
        failed("Test Suites: 1 failed, 1 total"),
    );
}

#[test]
fn probitas_has_a_total_and_playwright_counts() {
    let total = "Summary\n  ✓ 1 scenarios passed\n\n1 scenarios total [0.1ms]\n";
    check_own(SuiteKind::Probitas, "probitas run", total, None);
    check_own(SuiteKind::Probitas, "probitas run", "", early());
    check_own(SuiteKind::Probitas, "deno task --quiet probitas run", "", early());
    check_own(SuiteKind::Probitas, "probitas run --reporter json", "", None);
    check_own(SuiteKind::Probitas, "probitas list", "", None);
    check(SuiteKind::Probitas, "", None);
    check(
        SuiteKind::Probitas,
        "Summary\n  ✓ 1 scenarios passed\n  ✗ 2 scenarios failed\n\n3 scenarios total [0.1ms]\n",
        failed("2 scenarios failed"),
    );
    check(SuiteKind::Playwright, "  1 skipped\n  1 passed (5.4s)\n", None);
    check(
        SuiteKind::Playwright,
        "  2 failed\n    a.spec.js:1:1 › a\n  1 passed (5.4s)\n",
        failed("2 failed"),
    );
    check(SuiteKind::Playwright, "", None);
}

#[test]
fn where_several_runners_may_be_meant_none_is_known_to_print_anything() {
    check_own(SuiteKind::Node, "npm test", "", None);
    check_own(SuiteKind::Node, "npm test", "\n RUN  v4.1.12 /p\n\n", early());
    check_own(
        SuiteKind::Node,
        "npm test",
        "Tests:       1 failed, 1 total\n",
        failed("Tests:       1 failed, 1 total"),
    );
}

#[test]
fn bun_has_a_head_and_counts_its_files() {
    let kind = SuiteKind::Bun;
    let head = "bun test v1.4.5 (a7733435c)\n";
    check(kind, head, early());
    check(kind, &format!("{head}\na.test.ts:\n"), early());
    let counts = " 1 pass\n 0 fail\nRan 1 test across 1 file. [46.00ms]\n";
    check(kind, &format!("{counts}{head}"), None);
    check(kind, &format!("{head}{}", counts.replace("0 fail", "2 fail")), failed(" 2 fail".trim()));
    check(kind, "", None);
}

#[test]
fn go_says_which_package_failed() {
    let kind = SuiteKind::Go;
    check(kind, "ok  \texample.org/a\t0.004s\n", None);
    check(kind, "FAIL\texample.org/a\t0.004s\n", failed("FAIL\texample.org/a\t0.004s"));
    check(kind, "FAILED anyway\n", None);
}
