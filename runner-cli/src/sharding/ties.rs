//! Tests that stay on one machine, since they come after each other.

use probe_scenario::{Suite, TestId};

/// Tests that are tied to each other, by id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tied {
    /// What the others hang on: of those that come after none of them, the one with the first name. It stays what it is when
    /// a test is added that comes after one of them.
    pub(super) root: TestId,
    pub(super) tests: Vec<TestId>,
}

/// `tests`, which are sorted and have all that they come after among them, in groups.
pub(super) fn tied(suite: &Suite, tests: &[TestId]) -> Vec<Tied> {
    let mut leader: Vec<usize> = (0..tests.len()).collect();
    for (place, test) in tests.iter().enumerate() {
        for earlier in &suite.tests[test.index()].after {
            if let Ok(other) = tests.binary_search(earlier) {
                let (one, other) = (find(&mut leader, place), find(&mut leader, other));
                leader[one.max(other)] = one.min(other);
            }
        }
    }
    let mut groups: Vec<Vec<TestId>> = vec![Vec::new(); tests.len()];
    for (place, test) in tests.iter().enumerate() {
        groups[find(&mut leader, place)].push(*test);
    }
    groups.retain(|group| !group.is_empty());
    groups.into_iter().map(|tests| Tied { root: root(suite, &tests), tests }).collect()
}

fn root(suite: &Suite, tests: &[TestId]) -> TestId {
    let is_first = |id: &&TestId| suite.tests[id.index()].after.is_empty();
    let name = |id: &&TestId| suite.tests[id.index()].to_string();
    let first = match tests {
        [only] => Some(only),
        _ => tests.iter().filter(is_first).min_by_key(name),
    };
    // What runs finally may come after nothing that is left.
    *first.unwrap_or(&tests[0])
}

/// The smallest member of a group, and shorter ways to it.
fn find(leader: &mut [usize], mut place: usize) -> usize {
    while leader[place] != place {
        leader[place] = leader[leader[place]];
        place = leader[place];
    }
    place
}
