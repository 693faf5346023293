//! Finds exit codes of 0 that are wrong: the runner ended before its result, or its result says that tests failed.
//!
//! A truth table, the counterpart of `empty`: only what is known to be wrong is wrong. Reporters, quiet flags and wrappers
//! may suppress a result. So a missing result counts only after the line that the runner prints before it, or if the suite
//! and the project's configuration leave no doubt that the runner prints one.

use std::sync::LazyLock;

use regex::Regex;

use super::empty::{is_same_file, regex};
use crate::value::kind::SuiteKind;

/// Why an exit code of 0 is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belied {
    /// The runner ended before its result.
    Early,
    /// The runner's own result says that tests failed, in these words.
    Failed(String),
}

/// A runner that exited with 0, and what it printed.
#[derive(Clone, Copy)]
pub struct Ran<'a> {
    /// What it printed, without colours: all of it, or its beginning, its end, and every line between them that
    /// [bears on the result](bears_on_result).
    pub printed: &'a str,
    /// Whether its standard output is not empty and ends with a whole line.
    pub ends_line: bool,
    /// Whether nothing in the project suppresses the runner's result. The words of its command may still do so.
    pub has_result: bool,
    /// The command, including what followed `--`.
    pub words: &'a [String],
    /// The test's files.
    pub files: &'a [String],
    /// Returns the text of one of `files`, or `None` if it cannot be read.
    pub source: &'a dyn Fn(&str) -> Option<String>,
}

impl SuiteKind {
    /// Why a command that exited with 0 has not passed. `None` if nothing contradicts its exit code.
    #[must_use]
    pub fn belied(self, ran: Ran<'_>) -> Option<Belied> {
        let Ran { printed, .. } = ran;
        match self {
            Self::Cargo => cargo(ran),
            Self::Ctest => ctest(printed),
            Self::Pytest => pytest(ran),
            Self::Deno => deno(ran),
            Self::NodeTest => node_test(ran),
            Self::Vitest => vitest(printed),
            Self::Jest => jest(ran),
            Self::Playwright => playwright(printed),
            Self::Probitas => probitas(ran),
            Self::Bun => bun(printed),
            Self::Go => go(printed),
            // Its whole output is read as TAP, which decides by itself.
            Self::Tap => None,
            // The runner may be one of several, and it is unknown whether it prints a result.
            Self::Node => {
                let ran = Ran { has_result: false, ..ran };
                [Self::NodeTest, Self::Vitest, Self::Jest, Self::Playwright]
                    .iter()
                    .find_map(|kind| kind.belied(ran))
            }
        }
    }
}

/// Whether [`SuiteKind::belied`] may need this line (without colours).
#[must_use]
pub fn bears_on_result(line: &str) -> bool {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"test session starts|passed|failed|\d errors?\b|skipped|deselected|no tests|Results \(|collected|running \d|test result|^(?:\{|TAP version|1\.\.|(?:not )?ok \d|✔ |(?:#|ℹ) \w+ \d|(?:ok|FAILED) \| )|Tests|Test Files|Test Suites|^ RUN |Deno\.exit|process\.exit|scenarios|No test|^bun test v|^ \d+ (?:pass|fail)$|^Ran \d|^(?:ok  |FAIL|\?   )\t",
        )
    });
    WORDS.is_match(line)
}

/// `75% tests passed, 1 tests failed out of 4`.
fn ctest(printed: &str) -> Option<Belied> {
    static RESULT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^\d+% tests passed, [1-9]\d* tests? failed out of \d"));
    verdict(last(printed, |line| RESULT.is_match(line)), false)
}

/// The first of these that holds.
fn verdict(failed: Option<&str>, is_early: bool) -> Option<Belied> {
    match failed {
        Some(words) => Some(Belied::Failed(words.trim().to_owned())),
        None => is_early.then_some(Belied::Early),
    }
}

/// The words after the name of this program, in any directory and started by any other program. `None` if no word is this
/// program: a shell script may do anything with the output of its programs.
fn behind_program<'w>(words: &'w [String], program: &str) -> Option<&'w [String]> {
    let is_program = |word: &String| word.rsplit('/').next() == Some(program);
    let at = words.iter().position(is_program)?;
    Some(&words[at + 1..])
}

/// Whether a word of the command begins with one of these.
fn has_word(words: &[String], beginnings: &[&str]) -> bool {
    words.iter().any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
}

/// The last line for which this holds.
fn last(printed: &str, is: impl Fn(&str) -> bool) -> Option<&str> {
    printed.lines().rev().find(|line| is(line))
}

/// The text after the last line for which this holds. `None` if there is no such line.
fn behind(printed: &str, is: impl Fn(&str) -> bool) -> Option<&str> {
    let line = last(printed, is)?;
    let end = line.as_ptr() as usize - printed.as_ptr() as usize + line.len();
    Some(&printed[end..])
}

/// `running 1 test`, and then `test result: ok. 1 passed; …`. In lines of JSON the beginning and the end of a suite. If a
/// test prints results of other runs, they come before the result of its own. A binary that cannot list its tests has its own
/// harness.
fn cargo(ran: Ran<'_>) -> Option<Belied> {
    let Ran { printed, words, .. } = ran;
    static BEGIN: LazyLock<Regex> = LazyLock::new(|| regex(r"^running \d+ tests?$"));
    static FAILED: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"^error: (?:test failed, to rerun pass|doctest failed|\d+ targets? failed)")
    });
    let is_suite = |line: &str| line.starts_with('{') && line.contains("\"type\": \"suite\"");
    let is_result = |line: &str| {
        line.contains("test result: ") || is_suite(line) && !line.contains("\"started\"")
    };
    let begins =
        |line: &str| BEGIN.is_match(line) || is_suite(line) && line.contains("\"started\"");
    let is_known = ran.has_result || words.iter().any(|word| word == "test");
    let is_early =
        is_known && behind(printed, begins).is_some_and(|rest| !rest.lines().any(is_result));
    let has_failed = |line: &&str| {
        line.contains("test result: FAILED") || is_suite(line) && line.contains("\"failed\", ")
    };
    let failed = last(printed, is_result).filter(has_failed);
    // Of several binaries the last one need not be the one that failed.
    verdict(failed.or_else(|| last(printed, |line| FAILED.is_match(line))), is_early)
}

/// `== test session starts ==`, and then `== 1 passed in 0.01s ==`. With `-q` only the latter, without the `=`. With `-qq`
/// neither, but its dots end with a line all the same. Plugins word the result differently, most of them with the counts.
fn pytest(ran: Ran<'_>) -> Option<Belied> {
    static HEAD: LazyLock<Regex> = LazyLock::new(|| regex(r"^=+ test session starts =+$"));
    static RESULT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(?:=+ )?[a-z0-9, ]+ in [0-9.]+s(?: \([0-9:]+\))?(?: =+)?$"));
    static BAD: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[1-9]\d* (?:failed|errors?)\b"));
    static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"\b\d+ (?:passed|failed|skipped|deselected|xfailed|xpassed|errors?|warnings?|rerun)\b|\bcollected in |no tests (?:ran|collected)|^Results \(",
        )
    });
    // `collected 3 items / 1 deselected` comes before the tests.
    let is_result = |line: &str| COUNTS.is_match(line) && !line.starts_with("collected ");
    let failed = last(ran.printed, |line| RESULT.is_match(line)).filter(|line| BAD.is_match(line));
    let failed = failed.map(|line| line.trim_matches(['=', ' ']));
    let is_early = match behind(ran.printed, |line| HEAD.is_match(line)) {
        Some(rest) => !rest.lines().any(is_result),
        None => {
            let is_pytest = ["pytest", "py.test"]
                .iter()
                .any(|program| behind_program(ran.words, program).is_some());
            ran.has_result
                && is_pytest
                && !ran.words.iter().any(|word| word.contains("no:terminal"))
                && !ran.ends_line
                && !ran.printed.lines().any(is_result)
        }
    };
    verdict(failed, is_early)
}

/// `ok | 1 passed | 0 failed (3ms)`, by every reporter that no flag asks for.
fn deno(ran: Ran<'_>) -> Option<Belied> {
    static BEGIN: LazyLock<Regex> = LazyLock::new(|| regex(r"^running \d+ tests? from "));
    let others = ["--reporter", "--no-run", "--help", "-h", "--watch", "--clean"];
    let is_result = |line: &str| line.starts_with("ok | ") || line.starts_with("FAILED | ");
    let failed = last(ran.printed, is_result).filter(|line| line.starts_with("FAILED"));
    let left = |line: &str| {
        line.contains(" called `Deno.exit(")
            && line.ends_with("remaining test files will continue.")
    };
    let is_early = ran.printed.lines().any(left)
        || match behind(ran.printed, |line| BEGIN.is_match(line)) {
            Some(rest) => !rest.lines().any(is_result),
            None => behind_program(ran.words, "deno").is_some_and(|words| {
                ran.has_result
                    && words.first().is_some_and(|word| word == "test")
                    && !has_word(words, &others)
                    && !ran.printed.lines().any(is_result)
            }),
        };
    verdict(failed.or_else(|| tap_failure(ran.printed)), is_early || is_cut_tap(ran.printed))
}

/// `# pass 1` or `ℹ pass 1`, by every reporter that no flag asks for but `dot`. A file whose process ends early passes as one
/// without tests does; it has some if one begins at the start of a line of its own.
fn node_test(ran: Ran<'_>) -> Option<Belied> {
    static COUNT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(?:#|ℹ) (pass|fail|cancelled) (\d+)$"));
    static TITLE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?m)^(?:ok \d+ - (?<tap>.*)|✔ (?<spec>.*) \([\d.]+ms\))$"));
    static TEST: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?m)^(?:await )?(?:test|it)(?:\.(?:only|skip|todo))?\("));
    static IMPORT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r#"(?:\bfrom\s*|\b(?:require|import)\(\s*|\bimport\s*)["']node:test["']"#)
    });
    let count = |name: &str| {
        last(ran.printed, |line| COUNT.captures(line).is_some_and(|count| &count[1] == name))
    };
    let failed = ["fail", "cancelled"].into_iter().filter_map(count);
    let failed = failed
        .map(|line| line.trim_start_matches(['#', 'ℹ', ' ']))
        .find(|line| !line.ends_with(" 0"));
    let others = ["--test-reporter", "--watch", "--help", "-h"];
    let is_silent = behind_program(ran.words, "node").is_some_and(|words| {
        ran.has_result
            && has_word(words, &["--test"])
            && !has_word(words, &others)
            && ran.printed.trim().is_empty()
    });
    // Tests that are left out by their names, or by those of others, are not reported either.
    let leaves_out = ["--test-only", "--test-name-pattern", "--test-skip-pattern"];
    let runs_all = !has_word(ran.words, &leaves_out);
    let ended = |title: &str| {
        let file = ran.files.iter().find(|file| is_same_file(file, title));
        let text = file.and_then(|file| (ran.source)(file));
        text.is_some_and(|text| IMPORT.is_match(&text) && TEST.is_match(&text))
    };
    let mut titles = TITLE.captures_iter(ran.printed);
    let is_early = is_silent
        || is_cut_tap(ran.printed)
        || runs_all
            && titles.any(|title| {
                title.name("tap").or(title.name("spec")).is_some_and(|title| ended(title.as_str()))
            });
    verdict(failed, is_early)
}

/// ` RUN  v4.1.12 /p`, and then `      Tests  1 passed (1)`.
fn vitest(printed: &str) -> Option<Belied> {
    static HEAD: LazyLock<Regex> = LazyLock::new(|| regex(r"^ RUN  v\d"));
    let counts = |line: &str| {
        let line = line.trim_start();
        line.starts_with("Tests  ") || line.starts_with("Test Files  ")
    };
    let is_early = behind(printed, |line| HEAD.is_match(line))
        .is_some_and(|rest| !rest.lines().any(|line| counts(line) || line.starts_with("No test")));
    verdict(failed_count(printed, counts), is_early)
}

/// `Tests:       1 passed, 1 total`, by every reporter that neither flag nor configuration asks for.
fn jest(ran: Ran<'_>) -> Option<Belied> {
    let counts = |line: &str| line.starts_with("Tests: ") || line.starts_with("Test Suites: ");
    let others = [
        "--reporters",
        "--config",
        "-c",
        "--projects",
        "--listTests",
        "--showConfig",
        "--watch",
        "--help",
        "-h",
        "--version",
        "--clearCache",
        "--init",
    ];
    let has_ended = |line: &str| counts(line) || line.starts_with("No tests found");
    let left = |line: &str| {
        line.trim_start()
            .strip_prefix('●')
            .is_some_and(|line| line.trim_start().starts_with("process.exit called with"))
    };
    let is_due = behind_program(ran.words, "jest")
        .is_some_and(|words| ran.has_result && !has_word(words, &others))
        || ran.printed.lines().any(left);
    verdict(failed_count(ran.printed, counts), is_due && !ran.printed.lines().any(has_ended))
}

/// `  1 failed`, a line for each way in which tests ended.
fn playwright(printed: &str) -> Option<Belied> {
    static BAD: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^  [1-9]\d* (?:failed|interrupted|timed out)$"));
    verdict(last(printed, |line| BAD.is_match(line)), false)
}

/// `2 scenarios total [1.000ms]` below `  ✗ 1 scenarios failed`.
fn probitas(ran: Ran<'_>) -> Option<Belied> {
    static BAD: LazyLock<Regex> = LazyLock::new(|| regex(r"^\W*[1-9]\d* scenarios failed$"));
    let others = ["--reporter", "--quiet", "-q", "--help", "-h"];
    let is_due = behind_program(ran.words, "probitas").is_some_and(|words| {
        ran.has_result
            && words.first().is_some_and(|word| word == "run")
            && !has_word(words, &others)
    });
    let has_total = ran.printed.lines().any(|line| line.contains(" scenarios total"));
    let failed = last(ran.printed, |line| BAD.is_match(line));
    verdict(
        failed.map(|line| line.trim_start_matches(|c: char| !c.is_ascii_digit())),
        is_due && !has_total,
    )
}

/// `bun test v1.4.5 (a7733435c)`, and then ` 1 pass`, ` 0 fail` and `Ran 1 test across 1 file.`
fn bun(printed: &str) -> Option<Belied> {
    static BAD: LazyLock<Regex> = LazyLock::new(|| regex(r"^ [1-9]\d* fail$"));
    // The one goes to its standard output, the other to its standard error.
    let has = |beginning: &str| printed.lines().any(|line| line.starts_with(beginning));
    let is_early = has("bun test v") && !has("Ran ");
    verdict(last(printed, |line| BAD.is_match(line)), is_early)
}

/// `FAIL`, the package and a time, with tabs between them.
fn go(printed: &str) -> Option<Belied> {
    verdict(last(printed, |line| line.starts_with("FAIL\t")), false)
}

/// The last line of counts of its sort that has tests that failed.
fn failed_count(printed: &str, counts: impl Fn(&str) -> bool) -> Option<&str> {
    static BAD: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[1-9]\d* failed\b"));
    // Tests and their files are counted in two lines that follow each other, at the end.
    let mut lines = printed.lines().rev().filter(|line| counts(line)).take(2);
    lines.find(|line| BAD.is_match(line)).map(str::trim)
}

/// Whether a stream of TAP ended without its plan, which may stand at either end.
fn is_cut_tap(printed: &str) -> bool {
    let is_plan = |line: &str| {
        line.strip_prefix("1..").is_some_and(|end| end.starts_with(|c: char| c.is_ascii_digit()))
    };
    printed.lines().any(|line| line.starts_with("TAP version 1")) && !printed.lines().any(is_plan)
}

/// The last test of a stream of TAP that failed, and was not expected to.
fn tap_failure(printed: &str) -> Option<&str> {
    printed.lines().find(|line| line.starts_with("TAP version 1"))?;
    last(printed, |line| {
        line.starts_with("not ok ") && !line.contains("# TODO") && !line.contains("# SKIP")
    })
}

#[cfg(test)]
mod tests;
