//! Limits the output of tests in the page. Most runs fit as a whole, but no page may take a browser seconds to open.
//!
//! Knows no styles.

use crate::bytes::Bytes;
use crate::record::{Ran, Record};

/// The most bytes of a stream of an attempt that passed: few users read much of it.
const PASSED: usize = 2000;
/// Bytes of all attempts that passed, and of all that failed.
const ALL: (usize, usize) = (8 << 20, 32 << 20);
/// The bytes that each stream keeps in any case. They are enough to tell most failures apart.
const LEAST: usize = 400;

/// Bytes of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    passed: usize,
    failed: usize,
}

impl Limits {
    /// The limits for the attempts of this run.
    pub(super) fn of(record: &Record) -> Self {
        let attempts = || record.tests.iter().flat_map(|test| &test.attempts);
        let passed = attempts().filter(|attempt| has_passed(attempt)).count();
        Self::new(passed, attempts().count() - passed)
    }

    fn new(passed: usize, failed: usize) -> Self {
        Self {
            passed: (ALL.0 / passed.max(1)).clamp(LEAST, PASSED),
            failed: (ALL.1 / failed.max(1)).max(LEAST),
        }
    }

    /// The end of a text, from the beginning of a line if possible.
    pub(super) fn cut(&self, attempt: &Ran, text: String) -> String {
        let limit = if has_passed(attempt) { self.passed } else { self.failed };
        cut(text, limit)
    }
}

fn cut(text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let mut at = text.ceil_char_boundary(text.len() - limit);
    if let Some(line) = text[at..].find('\n').filter(|line| *line < limit / 2) {
        at += line + 1;
    }
    format!("… {} left out …\n{}", Bytes(at as u64), &text[at..])
}

fn has_passed(attempt: &Ran) -> bool {
    attempt.end.as_ref().is_some_and(|end| end.ending.is_good())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_attempts_share_what_there_is_and_few_have_their_whole_output() {
        assert_eq!(Limits::new(0, 0), Limits { passed: 2000, failed: 32 << 20 });
        assert_eq!(Limits::new(5_000, 1), Limits { passed: 1677, failed: 32 << 20 });
        assert_eq!(Limits::new(50_000, 5_000), Limits { passed: 400, failed: 6710 });
    }

    #[test]
    fn the_end_of_a_text_is_left_from_the_beginning_of_a_line() {
        let cut = |text: &str, limit| cut(text.to_owned(), limit);
        assert_eq!(cut("a\nbc\n", 5), "a\nbc\n");
        assert_eq!(cut("aaaa\nbb\nccccccc\n", 11), "… 8 B left out …\nccccccc\n");
        assert_eq!(cut("日本語", 4), "… 6 B left out …\n語");
    }
}
