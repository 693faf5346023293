//! Makes first deals: puts blocks on machines one after the other.

use crate::blocks::Blocks;
use crate::load::Load;
use crate::machine::Machine;

/// Blocks on machines.
#[derive(Clone, Debug)]
pub(crate) struct Deal {
    pub(crate) machines: Vec<Machine>,
    /// The machine of each block.
    pub(crate) of: Vec<usize>,
}

impl Deal {
    /// Returns the load of the machine with the largest load.
    pub(crate) fn longest(&self) -> u128 {
        self.machines.iter().map(|machine| machine.load).max().unwrap_or(0)
    }
}

/// Puts the longest block first, each on the machine with the smallest load at that time (Graham's LPT, including preparation).
pub(crate) fn longest_first(load: &Load<'_>, blocks: &Blocks, shards: usize) -> Deal {
    let mut order: Vec<usize> = (0..blocks.blocks.len()).collect();
    let idle = Machine::idle(load);
    let alone =
        |block: &usize| blocks.blocks[*block].work + idle.missing(load, blocks.needs(*block));
    order.sort_by_key(|block| std::cmp::Reverse(alone(block)));
    let mut deal = Deal { machines: vec![idle.clone(); shards], of: vec![0; order.len()] };
    for block in order {
        let needs = blocks.needs(block);
        let then = |machine: &Machine| machine.load + machine.missing(load, needs);
        let machines = deal.machines.iter().enumerate();
        let (least, _) = machines.min_by_key(|(_, machine)| then(machine)).expect("one shard");
        deal.machines[least].take(load, blocks.blocks[block].work, needs);
        deal.of[block] = least;
    }
    deal
}

/// Puts class after class on machines; each class fills a machine up to `limit` before it goes to another. `None` if a block fits
/// nowhere.
///
/// A class goes first to a machine that has already prepared it, then where preparation costs least. A smaller limit spreads
/// classes, a larger one keeps them together: the caller looks for the smallest limit that works (a dual approximation, like that
/// of Hochbaum and Shmoys for machines without setups).
pub(crate) fn within(
    load: &Load<'_>,
    blocks: &Blocks,
    order: &[usize],
    shards: usize,
    limit: u128,
) -> Option<Deal> {
    let idle = Machine::idle(load);
    let mut deal = Deal { machines: vec![idle; shards], of: vec![0; blocks.blocks.len()] };
    for &block in order {
        let (work, needs) = (blocks.blocks[block].work, blocks.needs(block));
        let places = deal.machines.iter().enumerate().filter_map(|(index, machine)| {
            let setup = machine.missing(load, needs);
            let then = machine.load + work + setup;
            // At equal cost: the fullest machine if nothing must be prepared, else the emptiest.
            let rank = if setup == 0 { limit.checked_sub(then)? } else { then };
            (then <= limit).then_some((setup, rank, index))
        });
        let (_, _, machine) = places.min()?;
        deal.machines[machine].take(load, work, needs);
        deal.of[block] = machine;
    }
    Some(deal)
}
