//! What tests came to when they were last to run. Knows no picture of it.

use probe_scenario::{Suite, TestId};

use super::database::Database;
use super::past::name;
use super::recent::Entry;

/// What is known of a test that was to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// It ran.
    Ran(Entry),
    /// It was blocked or cut short, and had passed before or never run.
    CutShort,
}

/// By id, what each of `tests` came to; nothing of those that never were to run.
pub(super) fn read(
    database: &Database,
    suite: &Suite,
    tests: &[TestId],
) -> rusqlite::Result<Vec<Option<Last>>> {
    let mut last = vec![None; suite.tests.len()];
    for &id in tests {
        let name = name(suite, id);
        let Some(known) = database.test(name)? else { continue };
        last[id.index()] = of(known.outstanding, database.entries(name)?.pop());
    }
    Ok(last)
}

/// | outstanding | last entry | |
/// |---|---|---|
/// | any | failed | ran |
/// | no | any | ran |
/// | yes | passed or ran nothing | cut short since |
/// | yes | none | cut short |
fn of(outstanding: bool, entry: Option<Entry>) -> Option<Last> {
    match entry {
        Some(entry) if !outstanding || entry.outcome.has_failed() => Some(Last::Ran(entry)),
        None if !outstanding => None,
        _ => Some(Last::CutShort),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::history::Outcome;

    #[test]
    fn a_test_that_was_to_run_again_and_did_not_is_no_longer_what_it_was() {
        let entry = |outcome| Entry { run: 1, outcome, attempts: 1, took: Duration::ZERO };
        for (outstanding, outcome, has_run) in [
            (false, Some(Outcome::Passed), Some(true)),
            (false, Some(Outcome::Empty), Some(true)),
            (true, Some(Outcome::Failed), Some(true)),
            (true, Some(Outcome::TimedOut), Some(true)),
            (true, Some(Outcome::Passed), Some(false)),
            (true, Some(Outcome::Empty), Some(false)),
            (true, None, Some(false)),
            (false, None, None),
        ] {
            let expected = has_run.map(|has_run| match outcome {
                Some(outcome) if has_run => Last::Ran(entry(outcome)),
                _ => Last::CutShort,
            });
            assert_eq!(of(outstanding, outcome.map(entry)), expected, "{outstanding} {outcome:?}");
        }
    }
}
