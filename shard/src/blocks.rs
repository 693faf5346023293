//! Groups units with the same needs into blocks: small enough to distribute well, but not more than
//! useful. A suite of a million fast tests becomes a few thousand blocks.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::load::Load;

/// A block of small units may be at most a machine's share divided by this.
const PIECES: u128 = 256;

/// Units with the same needs that stay together.
#[derive(Debug)]
pub(crate) struct Block {
    /// Indices of units.
    pub(crate) units: Vec<usize>,
    pub(crate) work: u128,
    /// The index of its class.
    pub(crate) class: usize,
}

/// Blocks, and what their classes need.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// Ordered by class, and within a class the longest first.
    pub(crate) blocks: Vec<Block>,
    /// What the units of each class need.
    pub(crate) classes: Vec<Vec<usize>>,
}

impl Blocks {
    /// Makes blocks of units for machines that get about `share` each.
    pub(crate) fn of(load: &Load<'_>, share: u128) -> Self {
        let mut by_needs: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (index, unit) in load.units.iter().enumerate() {
            let mut needs = unit.needs.clone();
            needs.sort_unstable();
            by_needs.entry(needs).or_default().push(index);
        }
        let most = share / PIECES;
        let (mut blocks, mut classes) = (Vec::new(), Vec::new());
        for (needs, mut units) in by_needs {
            // The order of the units must not change the deal.
            let rank = |index: &usize| (Reverse(load.units[*index].work), load.units[*index].key);
            units.sort_by(|one, other| rank(one).cmp(&rank(other)));
            let class = classes.len();
            classes.push(needs);
            let mut open: Option<Block> = None;
            for index in units {
                let work = u128::from(load.units[index].work);
                match &mut open {
                    Some(block) if block.work + work <= most => {
                        block.units.push(index);
                        block.work += work;
                    }
                    _ => blocks.extend(open.replace(Block { units: vec![index], work, class })),
                }
            }
            blocks.extend(open);
        }
        Self { blocks, classes }
    }

    /// Returns what a block needs.
    pub(crate) fn needs(&self, block: usize) -> &[usize] {
        &self.classes[self.blocks[block].class]
    }
}
