//! A machine during a deal: its load, and what it has prepared.

use crate::load::Load;

/// What one machine has so far.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Its work, and the preparation for it.
    pub(crate) load: u128,
    /// How many blocks need each shared thing.
    users: Vec<u32>,
}

impl Machine {
    /// Returns a machine without load.
    pub(crate) fn idle(load: &Load<'_>) -> Self {
        Self { load: 0, users: vec![0; load.shared.len()] }
    }

    /// Returns the additional preparation for these needs.
    pub(crate) fn missing(&self, load: &Load<'_>, needs: &[usize]) -> u128 {
        let missing = needs.iter().filter(|shared| self.users[**shared] == 0);
        missing.map(|shared| load.setup(*shared)).sum()
    }

    /// Returns the preparation that it saves without a block with these needs.
    pub(crate) fn spared(&self, load: &Load<'_>, needs: &[usize]) -> u128 {
        let alone = needs.iter().filter(|shared| self.users[**shared] == 1);
        alone.map(|shared| load.setup(*shared)).sum()
    }

    /// Takes a block.
    pub(crate) fn take(&mut self, load: &Load<'_>, work: u128, needs: &[usize]) {
        self.load += work + self.missing(load, needs);
        needs.iter().for_each(|shared| self.users[*shared] += 1);
    }

    /// Gives one of its blocks away.
    pub(crate) fn give(&mut self, load: &Load<'_>, work: u128, needs: &[usize]) {
        self.load -= work + self.spared(load, needs);
        needs.iter().for_each(|shared| self.users[*shared] -= 1);
    }
}
