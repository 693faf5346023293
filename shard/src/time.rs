//! Assigns units to shards by their times, and by what they share.

use std::cmp::Reverse;
use std::num::NonZeroUsize;

use crate::blocks::Blocks;
use crate::bound::smallest;
use crate::improve::improve;
use crate::load::Load;
use crate::pack::{Deal, longest_first, within};

/// How often to halve the distance between the best limit that worked and the worst that did not.
const HALVINGS: usize = 12;

/// Returns the shard of each unit, counted from 0. Tries several deals that all make the slowest machine fast, and returns the
/// best.
pub fn by_time(load: &Load<'_>, shards: NonZeroUsize) -> Vec<usize> {
    let least = smallest(load, shards);
    let blocks = Blocks::of(load, least);
    let mut best = longest_first(load, &blocks, shards.get());
    improve(load, &blocks, &mut best);
    for order in orders(load, &blocks) {
        // A deal that is better than the best so far, or none.
        let (mut below, mut holds) = (least.saturating_sub(1), best.longest());
        for _ in 0..HALVINGS {
            if holds - below <= 1 {
                break;
            }
            let limit = below + (holds - below) / 2;
            match within(load, &blocks, &order, shards.get(), limit) {
                Some(deal) => {
                    holds = deal.longest();
                    best = better(load, &blocks, best, deal);
                }
                None => below = limit,
            }
        }
    }
    let mut shard_of = vec![0; load.units.len()];
    for (block, machine) in blocks.blocks.iter().zip(&best.of) {
        block.units.iter().for_each(|unit| shard_of[*unit] = *machine);
    }
    shard_of
}

fn better(load: &Load<'_>, blocks: &Blocks, best: Deal, mut other: Deal) -> Deal {
    improve(load, blocks, &mut other);
    if other.longest() < best.longest() { other } else { best }
}

/// Returns orders in which to put classes on machines: the longest preparation first; the largest class first; and the longest
/// blocks first, whatever they need.
fn orders(load: &Load<'_>, blocks: &Blocks) -> [Vec<usize>; 3] {
    let setup = |block: usize| -> u128 {
        blocks.needs(block).iter().map(|shared| load.setup(*shared)).sum()
    };
    let mut work_of = vec![0_u128; blocks.classes.len()];
    for block in &blocks.blocks {
        work_of[block.class] += block.work;
    }
    let sorted = |key: &dyn Fn(usize) -> (u128, u128, usize)| {
        let mut order: Vec<usize> = (0..blocks.blocks.len()).collect();
        // A stable sort: among equal ones the longest block of a class comes first.
        order.sort_by_key(|block| {
            let (one, two, class) = key(*block);
            (Reverse(one), Reverse(two), class)
        });
        order
    };
    let class = |block: usize| blocks.blocks[block].class;
    let work = |block: usize| work_of[class(block)];
    [
        sorted(&|block| (setup(block), work(block), class(block))),
        sorted(&|block| (setup(block) + work(block), 0, class(block))),
        sorted(&|block| (blocks.blocks[block].work + setup(block), 0, class(block))),
    ]
}

#[cfg(test)]
mod tests;
