//! The last outcomes of one test or import, and how long the next one is expected to take. Knows no file.

use std::time::Duration;

/// Outcomes that are kept: enough for a median that one slow day does not move.
const KEPT: usize = 10;

/// What a process or an import that ran came to, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Passed,
    /// After an attempt that had failed by a race, and by nothing else.
    PassedAfterRace,
    /// It has failed, as was expected.
    Expected,
    /// It has skipped itself.
    Skipped,
    /// It ran nothing.
    Empty,
    Failed,
    TimedOut,
}

/// One outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The run's number in the history.
    pub(crate) run: i64,
    pub(crate) outcome: Outcome,
    /// Attempts that it took in that run.
    pub(crate) attempts: u32,
    /// How long the last attempt took.
    pub(crate) took: Duration,
}

/// The last outcomes, the newest at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recent {
    entries: Vec<Entry>,
}

impl Outcome {
    /// Whether it has said nothing of the test: there was nothing to run, or it was not to pass.
    pub(crate) const fn says_nothing(self) -> bool {
        matches!(self, Self::Skipped | Self::Empty | Self::Expected)
    }

    /// Whether the test has passed in the end.
    pub(crate) const fn has_passed(self) -> bool {
        matches!(self, Self::Passed | Self::PassedAfterRace)
    }

    /// Whether it has run, and not passed.
    pub(crate) const fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }

    const fn letter(self) -> char {
        match self {
            Self::Passed => 'p',
            Self::PassedAfterRace => 'r',
            Self::Expected => 'x',
            Self::Skipped => 's',
            Self::Empty => 'e',
            Self::Failed => 'f',
            Self::TimedOut => 't',
        }
    }

    const fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'p' => Some(Self::Passed),
            'r' => Some(Self::PassedAfterRace),
            'x' => Some(Self::Expected),
            's' => Some(Self::Skipped),
            'e' => Some(Self::Empty),
            'f' => Some(Self::Failed),
            't' => Some(Self::TimedOut),
            _ => None,
        }
    }
}

impl Recent {
    /// Reads `[[run, "p", attempts, microseconds], …]`. A text that is anything else is no outcomes: they are worth less
    /// than the rest of the history.
    pub(super) fn from_json(text: &str) -> Self {
        let rows: Vec<(i64, char, u32, u64)> = serde_json::from_str(text).unwrap_or_default();
        let entries = rows.into_iter().filter_map(|(run, letter, attempts, micros)| {
            let outcome = Outcome::from_letter(letter)?;
            Some(Entry { run, outcome, attempts, took: Duration::from_micros(micros) })
        });
        Self { entries: entries.collect() }
    }

    /// As [`from_json`](Self::from_json) reads it.
    pub(super) fn to_json(&self) -> String {
        let rows: Vec<(i64, char, u32, u64)> = self
            .entries
            .iter()
            .map(|entry| {
                let micros = u64::try_from(entry.took.as_micros()).unwrap_or(u64::MAX);
                (entry.run, entry.outcome.letter(), entry.attempts, micros)
            })
            .collect();
        serde_json::to_string(&rows).expect("numbers and letters are JSON")
    }

    /// The last outcomes, the oldest first.
    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Adds the newest outcome, and forgets the oldest of too many.
    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
        let old = self.entries.len().saturating_sub(KEPT);
        self.entries.drain(..old);
    }

    /// The median of those that passed, or of all if none has: a failure is often over at once, and a timeout never.
    pub(super) fn expected(&self) -> Option<Duration> {
        self.passed().or_else(|| median(self.entries.iter().map(|entry| entry.took).collect()))
    }

    /// The median of those that passed.
    pub(super) fn passed(&self) -> Option<Duration> {
        let passed = self.entries.iter().filter(|entry| entry.outcome.has_passed());
        median(passed.map(|entry| entry.took).collect())
    }
}

/// The middle one; of two, the shorter.
pub(super) fn median(mut durations: Vec<Duration>) -> Option<Duration> {
    let middle = durations.len().checked_sub(1)? / 2;
    Some(*durations.select_nth_unstable(middle).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A space-separated `p12`: passed after 12 µs.
    fn recent(outcomes: &str) -> Recent {
        let mut recent = Recent::default();
        for (run, word) in outcomes.split_whitespace().enumerate() {
            let (letter, micros) = word.split_at(1);
            recent.push(Entry {
                run: i64::try_from(run).expect("few"),
                outcome: letter.chars().next().and_then(Outcome::from_letter).expect("a letter"),
                attempts: 1,
                took: Duration::from_micros(micros.parse().expect("a number")),
            });
        }
        recent
    }

    #[test]
    fn what_is_expected_is_the_median_of_what_passed() {
        for (outcomes, expected) in [
            ("", None),
            ("p7", Some(7)),
            ("p1 p9", Some(1)),
            ("p9 p1 p5", Some(5)),
            ("p5 f1 f1 t99", Some(5)),
            ("f3 t9 f1", Some(3)),
            ("r5 f1 f1", Some(5)),
            ("p5 e1 e1", Some(5)),
            // The first two are forgotten.
            ("p900 p900 p1 p1 p1 p1 p1 p2 p2 p2 p2 p2", Some(1)),
        ] {
            let expected = expected.map(Duration::from_micros);
            assert_eq!(recent(outcomes).expected(), expected, "{outcomes}");
        }
        for (outcomes, passed) in [("", None), ("f3 t9", None), ("p5 f1 f1 p7", Some(5))] {
            assert_eq!(recent(outcomes).passed(), passed.map(Duration::from_micros), "{outcomes}");
        }
    }

    #[test]
    fn outcomes_survive_as_text() {
        for outcomes in ["", "p7", "p1 f22 t333 r4 e5 p18446744073709551615"] {
            let recent = recent(outcomes);
            assert_eq!(Recent::from_json(&recent.to_json()), recent);
        }
        assert_eq!(recent("p7 f8").to_json(), r#"[[0,"p",1,7],[1,"f",1,8]]"#);
    }

    #[test]
    fn a_text_that_is_no_list_of_outcomes_is_none() {
        for text in
            ["", "null", "{}", "[1]", "[[1,\"p\",1]]", "[[1,\"p\",1,-5]]", "[[1,\"?\",1,5]]"]
        {
            assert_eq!(Recent::from_json(text), Recent::default(), "{text}");
        }
    }
}
