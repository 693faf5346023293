//! What is to be dealt.

use std::num::NonZeroUsize;

/// All that machines have to do.
#[derive(Clone, Copy, Debug)]
pub struct Load<'a> {
    /// The units, in any order; it changes nothing.
    pub units: &'a [Unit<'a>],
    /// How long it takes a machine to prepare each thing that units share, in microseconds.
    pub shared: &'a [u64],
    /// Tests that run at once on one machine. What it prepares delays all of them.
    pub jobs: NonZeroUsize,
}

/// What stays on one machine.
#[derive(Clone, Debug)]
pub struct Unit<'a> {
    /// Tells it from others, and decides between two that are alike.
    pub key: &'a str,
    /// How long its tests take one after the other, in microseconds.
    pub work: u64,
    /// What must be prepared before it, as indices of [`Load::shared`]; each once.
    pub needs: Vec<usize>,
}

impl Load<'_> {
    /// The load that preparing `shared` is, where work of one microsecond counts 1: all jobs wait for it. Loads have room for
    /// the sum of any times.
    pub(crate) fn setup(&self, shared: usize) -> u128 {
        u128::from(self.shared[shared]) * self.jobs.get() as u128
    }

    /// The load of a machine that has this unit alone.
    pub(crate) fn alone(&self, unit: &Unit<'_>) -> u128 {
        u128::from(unit.work) + unit.needs.iter().map(|shared| self.setup(*shared)).sum::<u128>()
    }
}
