//! The input of a deal.

use std::num::NonZeroUsize;

/// All work for the machines.
#[derive(Clone, Copy, Debug)]
pub struct Load<'a> {
    /// The units. Their order does not matter.
    pub units: &'a [Unit<'a>],
    /// How long a machine takes to prepare each shared thing, in microseconds.
    pub shared: &'a [u64],
    /// How many tests run at once on one machine. A preparation delays all of them.
    pub jobs: NonZeroUsize,
}

/// A unit of work that stays on one machine.
#[derive(Clone, Debug)]
pub struct Unit<'a> {
    /// Identifies the unit, and decides the order of two equal ones.
    pub key: &'a str,
    /// The total time of its tests, one after the other, in microseconds.
    pub work: u64,
    /// What must be prepared for it, as indices of [`Load::shared`], each once.
    pub needs: Vec<usize>,
}

impl Load<'_> {
    /// Returns the load of preparing `shared`, where one microsecond of work counts 1: all jobs
    /// wait for it. Loads cannot overflow for any sum of times.
    pub(crate) fn setup(&self, shared: usize) -> u128 {
        u128::from(self.shared[shared]) * self.jobs.get() as u128
    }

    /// Returns the load of a machine that has only this unit.
    pub(crate) fn alone(&self, unit: &Unit<'_>) -> u128 {
        u128::from(unit.work) + unit.needs.iter().map(|shared| self.setup(*shared)).sum::<u128>()
    }
}
