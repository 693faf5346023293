//! Improves a deal step by step: the machine with the largest load gives a block away, or exchanges
//! one.

use crate::blocks::Blocks;
use crate::load::Load;
use crate::pack::Deal;

/// The maximum number of steps. Each step looks at the blocks of one machine.
const STEPS: usize = 400;
/// The maximum number of pairs of blocks that a step looks at.
const PAIRS: usize = 50_000;

/// A possible change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Move { block: usize, to: usize },
    Swap { block: usize, with: usize },
}

/// Takes steps as long as they help.
pub(crate) fn improve(load: &Load<'_>, blocks: &Blocks, deal: &mut Deal) {
    for _ in 0..STEPS {
        let longest = deal.longest();
        let Some(full) = deal.machines.iter().position(|machine| machine.load == longest) else {
            return;
        };
        let moved = best_move(load, blocks, deal, full);
        let swapped = || best_swap(load, blocks, deal, full);
        let helps = |step: &(u128, Step)| step.0 < longest;
        let Some((_, step)) = moved.filter(helps).or_else(|| swapped().filter(helps)) else {
            return;
        };
        match step {
            Step::Move { block, to } => relocate(load, blocks, deal, block, to),
            Step::Swap { block, with } => {
                let (from, to) = (deal.of[block], deal.of[with]);
                relocate(load, blocks, deal, block, to);
                relocate(load, blocks, deal, with, from);
            }
        }
    }
}

/// Returns the move after which the larger load of the two machines is smallest.
fn best_move(load: &Load<'_>, blocks: &Blocks, deal: &Deal, full: usize) -> Option<(u128, Step)> {
    let mut best: Option<(u128, Step)> = None;
    for block in of_machine(deal, full) {
        let (work, needs) = (blocks.blocks[block].work, blocks.needs(block));
        let left = deal.machines[full].load - work - deal.machines[full].spared(load, needs);
        for (to, machine) in deal.machines.iter().enumerate().filter(|(to, _)| *to != full) {
            let then = machine.load + work + machine.missing(load, needs);
            let step = (left.max(then), Step::Move { block, to });
            best = Some(best.map_or(step, |best| best.min(step)));
        }
    }
    best
}

/// Returns the exchange after which the larger load of the two machines is smallest. Exchanges only
/// blocks of one class, or blocks that need no preparation: others seldom help.
fn best_swap(load: &Load<'_>, blocks: &Blocks, deal: &Deal, full: usize) -> Option<(u128, Step)> {
    let mut best: Option<(u128, Step)> = None;
    let mut pairs = 0;
    for block in of_machine(deal, full) {
        let (work, needs) = (blocks.blocks[block].work, blocks.needs(block));
        for with in 0..blocks.blocks.len() {
            let to = deal.of[with];
            let other = &blocks.blocks[with];
            if to == full || other.work >= work {
                continue;
            }
            let (one, two) = (&deal.machines[full], &deal.machines[to]);
            let their_needs = blocks.needs(with);
            if blocks.blocks[block].class != other.class
                && (two.missing(load, needs) > 0 || one.missing(load, their_needs) > 0)
            {
                continue;
            }
            pairs += 1;
            if pairs > PAIRS {
                return best;
            }
            let left = one.load - work + other.work;
            let then = two.load + work - other.work;
            let step = (left.max(then), Step::Swap { block, with });
            best = Some(best.map_or(step, |best| best.min(step)));
        }
    }
    best
}

fn of_machine(deal: &Deal, machine: usize) -> impl Iterator<Item = usize> {
    (0..deal.of.len()).filter(move |block| deal.of[*block] == machine)
}

fn relocate(load: &Load<'_>, blocks: &Blocks, deal: &mut Deal, block: usize, to: usize) {
    let (work, needs) = (blocks.blocks[block].work, blocks.needs(block));
    deal.machines[deal.of[block]].give(load, work, needs);
    deal.machines[to].take(load, work, needs);
    deal.of[block] = to;
}
