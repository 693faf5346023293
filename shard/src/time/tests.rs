use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::by_time;
use crate::bound::bound;
use crate::load::{Load, Unit};

/// The time of the slowest machine.
fn longest(load: &Load<'_>, shard_of: &[usize], shards: usize) -> u64 {
    let mut work = vec![0_u64; shards];
    let mut has = vec![vec![false; load.shared.len()]; shards];
    for (unit, shard) in load.units.iter().zip(shard_of) {
        work[*shard] += unit.work;
        unit.needs.iter().for_each(|shared| has[*shard][*shared] = true);
    }
    let setup = |has: &Vec<bool>| -> u64 {
        has.iter().zip(load.shared).filter(|(has, _)| **has).map(|(_, setup)| setup).sum()
    };
    let jobs = load.jobs.get() as u64;
    work.iter().zip(&has).map(|(work, has)| work.div_ceil(jobs) + setup(has)).max().unwrap_or(0)
}

fn units(all: &[(u64, &[usize])]) -> Vec<(String, u64, Vec<usize>)> {
    let named = |(number, (work, needs)): (usize, &(u64, &[usize]))| {
        (format!("test {number}"), *work, needs.to_vec())
    };
    all.iter().enumerate().map(named).collect()
}

fn deal(
    units: &[(String, u64, Vec<usize>)],
    shared: &[u64],
    jobs: usize,
    shards: usize,
) -> (Vec<usize>, u64, u64) {
    let units: Vec<Unit<'_>> = units
        .iter()
        .map(|(key, work, needs)| Unit { key, work: *work, needs: needs.clone() })
        .collect();
    let jobs = NonZeroUsize::new(jobs).expect("not 0");
    let load = Load { units: &units, shared, jobs };
    let count = NonZeroUsize::new(shards).expect("not 0");
    let shard_of = by_time(&load, count);
    let took = longest(&load, &shard_of, shards);
    (shard_of, took, bound(&load, count))
}

#[test]
fn tests_of_one_library_meet() {
    // Two libraries of 60 s each, 10 tests of 6 s for each of them: one machine for each is best.
    let mut all: Vec<(u64, &[usize])> = vec![(6, &[0]); 10];
    all.extend(vec![(6, &[1][..]); 10]);
    let (shard_of, took, bound) = deal(&units(&all), &[60, 60], 1, 2);
    assert_eq!((took, bound), (120, 120));
    assert!(shard_of[..10].iter().all(|shard| *shard == shard_of[0]));
    assert!(shard_of[10..].iter().all(|shard| *shard != shard_of[0]));
}

#[test]
fn a_library_is_prepared_twice_where_that_is_quicker() {
    let all: Vec<(u64, &[usize])> = vec![(10, &[0]); 20];
    assert_eq!(deal(&units(&all), &[5], 1, 2).1, 105);
}

#[test]
fn more_machines_than_units_are_left_idle() {
    let (shard_of, took, _) = deal(&units(&[(3, &[]), (4, &[])]), &[], 1, 5);
    assert_eq!(took, 4);
    assert_ne!(shard_of[0], shard_of[1]);
    assert_eq!(deal(&[], &[9], 2, 3).0, Vec::<usize>::new());
}

#[test]
fn times_that_nobody_could_have_meant_do_no_harm() {
    let all: Vec<(u64, &[usize])> = vec![(u64::MAX / 2, &[0]), (u64::MAX / 2, &[0]), (1, &[])];
    let units = units(&all);
    let units: Vec<Unit<'_>> = units
        .iter()
        .map(|(key, work, needs)| Unit { key, work: *work, needs: needs.clone() })
        .collect();
    let load = Load { units: &units, shared: &[u64::MAX], jobs: NonZeroUsize::MIN };
    assert_eq!(by_time(&load, NonZeroUsize::new(2).expect("not 0")).len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_deal_beats_the_bound_and_none_is_far_from_it(
        mut all in proptest::collection::vec(
            (0_u64..5_000, proptest::collection::btree_set(0_usize..4, 0..3)), 1..120),
        shared in proptest::collection::vec(0_u64..20_000, 4),
        jobs in 1_usize..9,
        shards in 1_usize..12,
    ) {
        let named: Vec<(String, u64, Vec<usize>)> = all
            .drain(..)
            .enumerate()
            .map(|(number, (work, needs))| (format!("test {number}"), work, needs.into_iter().collect()))
            .collect();
        let (shard_of, took, bound) = deal(&named, &shared, jobs, shards);
        prop_assert!(shard_of.iter().all(|shard| *shard < shards));
        prop_assert!(took >= bound, "{took} beats {bound}");
        // Two is the known bound of longest-first alone if nothing is shared.
        prop_assert!(took <= 2 * bound + 1, "{took} of {bound}");
        // The order of the units changes nothing.
        let mut reversed = named.clone();
        reversed.reverse();
        let (mut again, ..) = deal(&reversed, &shared, jobs, shards);
        again.reverse();
        prop_assert_eq!(shard_of, again);
    }
}
