//! A test within a process, as probe keeps it: names of one line, texts of limited length, and a limited number.

use std::time::Duration;

use super::tally::Tally;
use crate::text::secrets::without_secrets;

/// The most tests that are kept of one process, and the most bytes of their texts. Further ones are only counted.
const KEPT: usize = 10_000;
const BYTES: usize = 4 << 20;
/// One part in this many is reserved for tests that failed.
const RESERVED: usize = 4;

/// Characters of a name, and of the line that says why.
const NAME: usize = 500;
const MESSAGE: usize = 300;

/// The results that a runner has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The number of tests.
    pub tally: Tally,
    /// The tests, in the order of the text.
    pub subtests: Vec<Subtest>,
    /// The number of further tests that are not kept.
    pub left_out: u64,
    /// Why everything was skipped before it began, if the text says so.
    pub skipped: Option<String>,
    /// Why the results as a whole are not reliable: a clause that fits after "but".
    pub flaw: Option<String>,
    bytes: usize,
}

/// A test within a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtest {
    /// The class or file that it belongs to. Empty if unknown.
    pub group: String,
    /// Its name, in one line.
    pub name: String,
    /// Its outcome.
    pub came: SubtestCame,
    /// Why it failed or was skipped, in one line.
    pub message: String,
    /// What its runner says about a failure, in several lines.
    pub text: String,
    /// How long it took, if known.
    pub took: Option<Duration>,
    /// The file that defines it, if known.
    pub file: Option<String>,
    /// The line in that file, counted from 1.
    pub line: Option<u32>,
}

/// The outcome of a test within a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubtestCame {
    /// It passed.
    Passed,
    /// It failed or had an error.
    Failed,
    /// It did not run, or its failure does not count.
    Skipped,
}

impl Results {
    /// Results that cannot be read, for the reason `flaw`.
    #[must_use]
    pub fn without(flaw: String) -> Self {
        Self { flaw: Some(flaw), ..Self::default() }
    }

    /// Adds the results of another text of the same process.
    pub fn join(&mut self, other: Self) {
        self.tally = self.tally.and(other.tally);
        self.left_out += other.left_out;
        self.skipped = self.skipped.take().or(other.skipped);
        self.flaw = self.flaw.take().or(other.flaw);
        for subtest in other.subtests {
            self.keep(subtest);
        }
    }

    /// The kept tests that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Subtest> {
        self.subtests.iter().filter(|subtest| subtest.came == SubtestCame::Failed)
    }

    /// Counts a test, and keeps it if there is room.
    pub(super) fn add(&mut self, subtest: Subtest) {
        let Tally { passed, failed, skipped } = &mut self.tally;
        *match subtest.came {
            SubtestCame::Passed => passed,
            SubtestCame::Failed => failed,
            SubtestCame::Skipped => skipped,
        } += 1;
        self.keep(subtest);
    }

    fn keep(&mut self, subtest: Subtest) {
        let has_failed = subtest.came == SubtestCame::Failed;
        let of_all = |room: usize| if has_failed { room } else { room - room / RESERVED };
        let bytes = self.bytes + subtest.bytes();
        if self.subtests.len() < of_all(KEPT) && bytes <= of_all(BYTES) {
            self.bytes = bytes;
            self.subtests.push(subtest);
        } else {
            self.left_out += 1;
        }
    }
}

impl Subtest {
    /// Makes a test from a report about it, fit to keep and to show.
    pub(super) fn new(group: &str, name: &str, came: SubtestCame, message: &str) -> Self {
        Self {
            group: one_line(group, NAME),
            name: one_line(name, NAME),
            came,
            message: one_line(first_line(message), MESSAGE),
            text: String::new(),
            took: None,
            file: None,
            line: None,
        }
    }

    /// Adds the runner's text, unless it says no more than the message.
    pub(super) fn saying(mut self, text: &str) -> Self {
        if self.message.is_empty() {
            self.message = one_line(first_line(text), MESSAGE);
        }
        if text.trim() != self.message {
            let plain = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
            let text: String = text.chars().filter(plain).collect();
            self.text = without_secrets(text.trim_matches('\n')).into_owned();
        }
        self
    }

    /// Its group and its name.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { group, name, .. } = self;
        match group.as_str() {
            "" => name.clone(),
            group if group == name => name.clone(),
            group => format!("{group} {name}"),
        }
    }

    fn bytes(&self) -> usize {
        let file = self.file.as_ref().map_or(0, String::len);
        self.group.len() + self.name.len() + self.message.len() + self.text.len() + file
    }
}

/// The first line in which something stands.
fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

/// A text of one line, in which no terminal obeys anything and no URL says too much.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut letters = text.trim().chars();
    for letter in letters.by_ref().take(most) {
        match letter {
            control if control.is_control() => line.extend(control.escape_default()),
            letter => line.push(letter),
        }
    }
    if letters.next().is_some() {
        line.push('…');
    }
    without_secrets(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lines_and_say_no_secret() {
        let name = "a\n\u{1b}[31mb https://me:word@example.org/x?token=1 c";
        let subtest = Subtest::new("", name, SubtestCame::Failed, "\n\n first\nsecond");
        assert_eq!(subtest.name, "a\\n\\u{1b}[31mb https://…@example.org/x?… c");
        assert_eq!(subtest.message, "first");
        assert_eq!(one_line(&"x".repeat(600), NAME).chars().count(), NAME + 1);
    }

    #[test]
    fn of_too_many_those_that_failed_are_kept_and_all_are_counted() {
        let mut results = Results::default();
        let one = |came| Subtest::new("group", "name", came, "");
        (0..20_000).for_each(|_| results.add(one(SubtestCame::Passed)));
        (0..1_000).for_each(|_| results.add(one(SubtestCame::Failed)));
        assert_eq!(results.tally, Tally { passed: 20_000, failed: 1_000, skipped: 0 });
        assert_eq!((results.failed().count(), results.subtests.len()), (1_000, 8_500));
        assert_eq!(results.left_out, 12_500);
        let mut large = Results::default();
        for _ in 0..1_000 {
            large.add(one(SubtestCame::Failed).saying(&"x\n".repeat(8_000)));
        }
        assert!(large.subtests.len() < 300 && large.left_out > 700, "{}", large.left_out);
    }
}
