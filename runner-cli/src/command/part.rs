//! The part of the selected tests that is this machine's, and what is to be said of it. Does not know how tests are dealt.

use std::num::NonZeroU32;
use std::time::Duration;

use probe_report::count_of_tests;
use probe_run::{Shard, ShardWay};
use probe_scenario::{Suite, TestId, write_duration};

use crate::args::{RunArguments, ShardArgument, ShardArguments, ShardBy};
use crate::environment::Environment;
use crate::project::Project;
use crate::sharding::{Dealt, Part, ShardError, TIMINGS, Timings, deal, place};
use crate::ui::{enumerated, print_note};

/// All parts, and the one that is asked for; `None` of it if all are.
pub(super) struct Parts {
    pub(super) dealt: Dealt,
    pub(super) number: Option<NonZeroU32>,
}

/// Which shard of how many; no number means all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    number: Option<NonZeroU32>,
    of: NonZeroU32,
}

/// What is asked for, before anything is known of the tests.
///
/// # Errors
///
/// Nothing says which machine this is.
pub(super) fn asked(
    arguments: &ShardArguments,
    environment: &Environment,
) -> Result<Option<Asked>, ShardError> {
    Ok(Some(match arguments.shard {
        None => return Ok(None),
        Some(ShardArgument::All(of)) => Asked { number: None, of },
        Some(ShardArgument::Part { number, of }) => Asked { number: Some(number), of },
        Some(ShardArgument::Auto) => {
            let (number, of) = place(environment)?;
            Asked { number: Some(number), of }
        }
    }))
}

/// The same for a run, which has one shard.
///
/// # Errors
///
/// As of [`asked`]; no shard is named, or failed tests are meant.
pub(super) fn asked_of_run(
    arguments: &RunArguments,
    environment: &Environment,
) -> Result<Option<Asked>, ShardError> {
    let asked = asked(&arguments.shard, environment)?;
    match asked {
        Some(_) if arguments.failed => Err(ShardError::Failed),
        Some(Asked { number: None, of }) => Err(ShardError::NoPart { of: of.get() }),
        asked => Ok(asked),
    }
}

/// Deals `selected` as it is asked for; `None` if it is not.
///
/// # Errors
///
/// Times are needed that are not known.
pub(super) fn parts(
    asked: Option<Asked>,
    arguments: &ShardArguments,
    project: &Project,
    selected: &[TestId],
    environment: &Environment,
) -> Result<Option<Parts>, ShardError> {
    let Some(Asked { number, of }) = asked else { return Ok(None) };
    let path = match &arguments.timings {
        Some(path) => environment.cwd().join(path),
        None => project.root.join(TIMINGS),
    };
    let way = match arguments.shard_by {
        ShardBy::Name => ShardWay::Name,
        ShardBy::Time => ShardWay::Time,
    };
    let timings = match (way, Timings::read(&path)) {
        (ShardWay::Time, Ok(None)) => return Err(ShardError::NoTimings { path }),
        // Nothing hangs on them but what is shown.
        (ShardWay::Name, timings) => timings.ok().flatten(),
        (ShardWay::Time, timings) => timings?,
    };
    let suite = &project.suite;
    let all = suite.with_prerequisites(selected);
    let dealt = deal(suite, &all, way, of, timings.as_ref());
    if let Some(tests) = dealt.indivisible() {
        print_note(&format!(
            "{tests} of {} tests stay in one shard: `after` ties them to each other",
            all.len()
        ));
    }
    Ok(Some(Parts { dealt, number }))
}

/// What of `selected` this machine runs, and what a run says of that.
///
/// # Errors
///
/// As of [`parts`].
pub(super) fn own(
    asked: Option<Asked>,
    arguments: &ShardArguments,
    project: &Project,
    selected: &mut Vec<TestId>,
    environment: &Environment,
) -> Result<Option<Shard>, ShardError> {
    let parts = parts(asked, arguments, project, selected, environment)?;
    let Some((parts, number)) = parts.and_then(|parts| parts.number.map(|number| (parts, number)))
    else {
        return Ok(None);
    };
    parts.restrict(selected);
    let shard = parts.dealt.shard(number);
    if selected.is_empty() && shard.tests > 0 {
        print_note(&format!(
            "shard {number} of {} has no test: the others have all {}",
            shard.of, shard.tests
        ));
    }
    Ok(Some(shard))
}

impl Parts {
    /// Leaves only the tests of the part that is asked for.
    pub(super) fn restrict(&self, selected: &mut Vec<TestId>) {
        if let Some(number) = self.number {
            let own = self.dealt.part(number).tests;
            selected.retain(|test| own.binary_search(test).is_ok());
        }
    }

    /// Says what is in the part that is asked for, or in each.
    pub(super) fn describe(&self, suite: &Suite) {
        let all = (1..=self.dealt.parts()).filter_map(NonZeroU32::new);
        for number in all.filter(|part| self.number.is_none_or(|number| number == *part)) {
            let Part { tests, prepared, expected } = self.dealt.part(number);
            let counted = count_of_tests(tests.len());
            let prepared = prepared.iter().map(|shared| match suite.libraries.get(*shared) {
                Some(library) => library.name.clone(),
                None => suite.services[*shared - suite.libraries.len()].name.clone(),
            });
            let prepared = enumerated(prepared.collect())
                .map_or_else(String::new, |names| format!(", with {names}"));
            let expected = expected.map_or_else(String::new, |time| {
                format!(", about {}", write_duration(rounded(time)))
            });
            let of = self.dealt.parts();
            print_note(&format!("shard {number} of {of}: {counted}{prepared}{expected}"));
        }
    }

    /// The part of each test, by id and counted from 1.
    pub(super) fn of_tests(&self, suite: &Suite) -> Vec<Option<u32>> {
        let mut part_of = vec![None; suite.tests.len()];
        for number in (1..=self.dealt.parts()).filter_map(NonZeroU32::new) {
            for test in self.dealt.part(number).tests {
                part_of[test.index()] = Some(number.get());
            }
        }
        part_of
    }
}

/// What is not worth more digits.
fn rounded(time: Duration) -> Duration {
    match time.as_secs() {
        0 => Duration::from_millis(time.as_millis().try_into().unwrap_or(0)),
        seconds => Duration::from_secs(seconds),
    }
}
