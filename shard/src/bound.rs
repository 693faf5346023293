//! The time that no deal can beat.

use std::num::NonZeroUsize;

use crate::load::Load;

/// Returns the least time in microseconds of the slowest machine in any deal. It includes all work, the least preparation for
/// that work, and what several machines must prepare because one does not have the time.
///
/// In time T, a machine that prepares a shared thing in time p has T - p left for work that needs it. So work W of this kind
/// needs W / (T - p) machines, and each of them prepares the thing. The bound is the smallest T in which everything fits. It
/// ignores gaps: it treats units as divisible.
pub fn bound(load: &Load<'_>, shards: NonZeroUsize) -> u64 {
    let time = smallest(load, shards).div_ceil(load.jobs.get() as u128);
    u64::try_from(time).unwrap_or(u64::MAX)
}

/// The same as a load, where preparation counts once for each job.
pub(crate) fn smallest(load: &Load<'_>, shards: NonZeroUsize) -> u128 {
    let mut work_of = vec![0_u128; load.shared.len()];
    let mut work = 0_u128;
    let mut largest = 0;
    for unit in load.units {
        work += u128::from(unit.work);
        largest = largest.max(load.alone(unit));
        for shared in &unit.needs {
            work_of[*shared] += u128::from(unit.work);
        }
    }
    let used = used(load);
    let fits = |time: u128| {
        let mut all = work;
        for (shared, work_of) in work_of.iter().enumerate().filter(|(shared, _)| used[*shared]) {
            let setup = load.setup(shared);
            let machines = work_of.div_ceil((time - setup).max(1)).max(1);
            all += machines * setup;
        }
        all <= time * shards.get() as u128
    };
    // `largest` is at least every setup that is used, so there is time left.
    let (mut below, mut enough) = (largest, largest);
    while !fits(enough) {
        below = enough;
        enough = (enough * 2).max(1);
    }
    while enough - below > 1 {
        let middle = below + (enough - below) / 2;
        if fits(middle) { enough = middle } else { below = middle }
    }
    if fits(below) { below } else { enough }
}

/// Returns which shared things are needed by any unit.
fn used(load: &Load<'_>) -> Vec<bool> {
    let mut used = vec![false; load.shared.len()];
    load.units.iter().flat_map(|unit| &unit.needs).for_each(|shared| used[*shared] = true);
    used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Unit;

    #[track_caller]
    fn is_bound(units: &[(u64, &[usize])], shared: &[u64], shards: usize, expected: u64) {
        let units: Vec<Unit<'_>> = units
            .iter()
            .map(|(work, needs)| Unit { key: "", work: *work, needs: needs.to_vec() })
            .collect();
        let load = Load { units: &units, shared, jobs: NonZeroUsize::MIN };
        assert_eq!(bound(&load, NonZeroUsize::new(shards).expect("not 0")), expected);
    }

    #[test]
    fn it_is_the_larger_of_what_fits_and_of_the_longest_unit() {
        is_bound(&[], &[], 3, 0);
        is_bound(&[], &[7], 3, 0);
        is_bound(&[(4, &[]), (2, &[])], &[], 2, 4);
        is_bound(&[(3, &[]), (3, &[]), (3, &[])], &[], 2, 5);
        // One machine prepares it for both, or both for one each.
        is_bound(&[(5, &[0]), (5, &[0])], &[10], 1, 20);
        is_bound(&[(5, &[0]), (5, &[0])], &[10], 2, 15);
        // In 14 one machine has room for 4 of the work, so that three would prepare it.
        is_bound(&[(4, &[0]), (4, &[0]), (4, &[0])], &[10], 3, 14);
        is_bound(&[(0, &[0])], &[10], 2, 10);
    }
}
