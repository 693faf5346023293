//! The slots of running tests: numbers from 0, as low as possible, each for one test.
//!
//! Does not know how many there may be: the scheduler's lane limits them.

use std::collections::BTreeMap;

use probe_scheduler::NodeId;

/// The slots of tests that run or are about to.
#[derive(Debug, Default)]
pub(super) struct TestSlots {
    taken: BTreeMap<NodeId, usize>,
    /// By slot, whether it is taken.
    is_taken: Vec<bool>,
}

impl TestSlots {
    /// Gives `unit` the lowest free slot.
    pub(super) fn take(&mut self, unit: NodeId) -> usize {
        let slot = self.is_taken.iter().position(|taken| !taken).unwrap_or(self.is_taken.len());
        if slot == self.is_taken.len() {
            self.is_taken.push(true);
        }
        self.is_taken[slot] = true;
        self.taken.insert(unit, slot);
        slot
    }

    /// Frees the slot of `unit`, if it has one. A test that could not start has none.
    pub(super) fn free(&mut self, unit: NodeId) {
        if let Some(slot) = self.taken.remove(&unit) {
            self.is_taken[slot] = false;
        }
    }

    /// Whether `unit` has a slot.
    pub(super) fn has(&self, unit: NodeId) -> bool {
        self.taken.contains_key(&unit)
    }

    /// The slot of `unit`, if it has one.
    pub(super) fn of(&self, unit: NodeId) -> Option<usize> {
        self.taken.get(&unit).copied()
    }

    /// The tests with a slot, in the order of their insertion.
    pub(super) fn units(&self) -> impl Iterator<Item = NodeId> {
        self.taken.keys().copied()
    }

    /// Whether no test has a slot.
    pub(super) fn are_free(&self) -> bool {
        self.taken.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use probe_scheduler::GraphBuilder;

    use super::*;

    #[test]
    fn the_lowest_free_slot_is_taken() {
        let mut builder = GraphBuilder::new();
        let units = [(); 4].map(|()| builder.add(()));
        let mut slots = TestSlots::default();
        assert_eq!([slots.take(units[0]), slots.take(units[1]), slots.take(units[2])], [0, 1, 2]);
        slots.free(units[1]);
        assert_eq!(slots.take(units[3]), 1);
        for unit in [units[0], units[2], units[3]] {
            assert!(!slots.are_free());
            slots.free(unit);
        }
        assert!(slots.are_free());
        // It never had one.
        slots.free(units[1]);
        assert!(slots.are_free());
    }
}
