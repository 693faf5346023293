//! Checks that surveys are those of all shards of one run, and makes the plan of that run. Knows no result of a test.

use std::collections::BTreeMap;

use probe_scenario::{LibraryId, TestId};

use super::error::MergeError;
use super::survey::Survey;
use crate::facts::fact::Fact;
use crate::facts::named::{LibraryName, TestName};
use crate::facts::planned::{LibraryPlanned, TestsPlanned};

/// Tests of one fact, as in a log of one run.
const TOGETHER: usize = 100;

/// Where the tests and libraries of a shard stand in the plan of the run, by their places in the shard's.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) tests: Vec<TestId>,
    pub(super) libraries: Vec<LibraryId>,
}

impl Places {
    /// Replaces the places of names in a fact by their places in the run.
    pub(super) fn replace(&self, fact: &mut Fact<'static>) {
        let (tests, libraries) = fact.names();
        tests.into_iter().for_each(|test| self.test(test));
        libraries.into_iter().for_each(|library| self.library(library));
    }

    pub(super) fn test(&self, test: &mut TestName<'static>) {
        test.place(self.tests[test.id().index()]);
    }

    fn library(&self, library: &mut LibraryName<'static>) {
        library.place(self.libraries[library.id().index()]);
    }
}

/// Sorts surveys by the numbers of their shards.
///
/// # Errors
///
/// One is missing, or there twice, or they are of different runs.
pub(super) fn sorted(mut shards: Vec<Survey>) -> Result<Vec<Survey>, MergeError> {
    shards.sort_by_key(|shard| shard.dealt.number);
    let Some(first) = shards.first() else {
        return Err(MergeError::Missing { numbers: Vec::new(), of: 0 });
    };
    for other in &shards[1..] {
        let (one, two) = (&first.dealt, &other.dealt);
        let what = if one.of != two.of {
            format!("one was dealt to {} machines, the other to {}", one.of, two.of)
        } else if one.by != two.by {
            "one was dealt by name, the other by time".to_owned()
        } else if one.tests != two.tests {
            format!("one is of {} tests, the other of {}", one.tests, two.tests)
        } else if one.plan != two.plan {
            "their tests or timings differ".to_owned()
        } else {
            continue;
        };
        let names = [first.name.clone(), other.name.clone()];
        return Err(MergeError::Differs { names, what });
    }
    for pair in shards.windows(2) {
        if pair[0].dealt.number == pair[1].dealt.number {
            let names = [pair[0].name.clone(), pair[1].name.clone()];
            return Err(MergeError::Twice { number: pair[0].dealt.number, names });
        }
    }
    let of = first.dealt.of;
    let is_there = |number: &u32| shards.iter().any(|shard| shard.dealt.number == *number);
    let numbers: Vec<u32> = (1..=of).filter(|number| !is_there(number)).collect();
    // Numbers beyond the last are no shards, and the counts of their tests say so.
    if numbers.is_empty() { Ok(shards) } else { Err(MergeError::Missing { numbers, of }) }
}

/// The plan of the run, and where each shard's parts of it stand.
///
/// # Errors
///
/// The logs do not have each test once.
pub(super) fn joined(shards: &[Survey]) -> Result<(Vec<Fact<'static>>, Vec<Places>), MergeError> {
    let mut places: Vec<Places> = shards.iter().map(|_| Places::default()).collect();
    let mut facts = libraries(shards, &mut places)?;
    let mut named: Vec<&str> = Vec::new();
    for (shard, places) in shards.iter().zip(&places) {
        for planned in &shard.services {
            if !named.contains(&&*planned.service) {
                named.push(&planned.service);
                let mut fact = Fact::ServicePlanned(planned.clone());
                places.replace(&mut fact);
                facts.push(fact);
            }
        }
    }
    facts.extend(tests(shards, &mut places)?);
    Ok((facts, places))
}

fn libraries(shards: &[Survey], places: &mut [Places]) -> Result<Vec<Fact<'static>>, MergeError> {
    let mut all: BTreeMap<usize, (usize, &LibraryPlanned<'static>)> = BTreeMap::new();
    for (number, shard) in shards.iter().enumerate() {
        for planned in &shard.libraries {
            let place = planned.place.ok_or_else(|| no_place(shard))?;
            let (first, known) = all.entry(place).or_insert((number, planned));
            if known.library.name() != planned.library.name() {
                let names = [shards[*first].name.clone(), shard.name.clone()];
                let what = "their libraries differ".to_owned();
                return Err(MergeError::Differs { names, what });
            }
        }
    }
    let order: Vec<usize> = all.keys().copied().collect();
    for (shard, places) in shards.iter().zip(places.iter_mut()) {
        let place = |planned: &LibraryPlanned<'_>| {
            let place = planned.place.and_then(|place| order.binary_search(&place).ok());
            LibraryId::new(place.expect("every library is among all"))
        };
        places.libraries = shard.libraries.iter().map(place).collect();
    }
    let fact = |(number, planned): (usize, &LibraryPlanned<'static>)| {
        let mut fact = Fact::LibraryPlanned(LibraryPlanned { place: None, ..planned.clone() });
        places[number].replace(&mut fact);
        fact
    };
    Ok(all.into_values().map(fact).collect())
}

fn tests(shards: &[Survey], places: &mut [Places]) -> Result<Vec<Fact<'static>>, MergeError> {
    // By place in the project: the shard, and the place in its log.
    let mut all: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (number, shard) in shards.iter().enumerate() {
        for (index, (_, planned)) in shard.tests.iter().enumerate() {
            let place = planned.place.ok_or_else(|| no_place(shard))?;
            if let Some((other, _)) = all.insert(place, (number, index)) {
                let what = format!(
                    "{} and {} both have test `{}`",
                    shards[other].name, shard.name, planned.test
                );
                return Err(MergeError::Tests { what });
            }
        }
    }
    let dealt = shards.first().map_or(0, |shard| shard.dealt.tests);
    if all.len() != dealt {
        let what = format!("the logs have {} tests, and {dealt} were dealt", all.len());
        return Err(MergeError::Tests { what });
    }
    for places in places.iter_mut() {
        places.tests.clear();
    }
    let mut of_shards: Vec<Vec<(usize, TestId)>> = vec![Vec::new(); shards.len()];
    for (merged, (number, index)) in all.values().enumerate() {
        of_shards[*number].push((*index, TestId::new(merged)));
    }
    for (places, mut tests) in places.iter_mut().zip(of_shards) {
        tests.sort_unstable();
        places.tests = tests.into_iter().map(|(_, id)| id).collect();
    }
    let mut facts: Vec<TestsPlanned<'static>> = Vec::new();
    for &(number, index) in all.values() {
        let (head, planned) = &shards[number].tests[index];
        let mut together = TestsPlanned { tests: vec![planned.clone()], ..head.clone() };
        together.tests[0].place = None;
        let mut fact = Fact::TestsPlanned(together);
        places[number].replace(&mut fact);
        let Fact::TestsPlanned(mut together) = fact else { unreachable!("it was made above") };
        match facts.last_mut() {
            Some(last) if last.tests.len() < TOGETHER && have_in_common(last, &together) => {
                last.tests.append(&mut together.tests);
            }
            _ => facts.push(together),
        }
    }
    Ok(facts.into_iter().map(Fact::TestsPlanned).collect())
}

fn have_in_common(one: &TestsPlanned<'_>, other: &TestsPlanned<'_>) -> bool {
    one.suite == other.suite
        && one.line == other.line
        && one.needs == other.needs
        && one.services == other.services
        && one.tags == other.tags
}

fn no_place(shard: &Survey) -> MergeError {
    MergeError::Tests {
        what: format!("{} does not say which tests of the project it has", shard.name),
    }
}
