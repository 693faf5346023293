//! A machine while units are dealt: its load, and what it has prepared.

use crate::load::Load;

/// What one machine has so far.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Work, and what has to be prepared for it.
    pub(crate) load: u128,
    /// How many blocks need each shared thing.
    users: Vec<u32>,
}

impl Machine {
    /// Nothing yet.
    pub(crate) fn idle(load: &Load<'_>) -> Self {
        Self { load: 0, users: vec![0; load.shared.len()] }
    }

    /// What these needs would have it prepare besides.
    pub(crate) fn missing(&self, load: &Load<'_>, needs: &[usize]) -> u128 {
        let missing = needs.iter().filter(|shared| self.users[**shared] == 0);
        missing.map(|shared| load.setup(*shared)).sum()
    }

    /// What it would no longer have to prepare without a block of these needs.
    pub(crate) fn spared(&self, load: &Load<'_>, needs: &[usize]) -> u128 {
        let alone = needs.iter().filter(|shared| self.users[**shared] == 1);
        alone.map(|shared| load.setup(*shared)).sum()
    }

    /// Takes a block.
    pub(crate) fn take(&mut self, load: &Load<'_>, work: u128, needs: &[usize]) {
        self.load += work + self.missing(load, needs);
        needs.iter().for_each(|shared| self.users[*shared] += 1);
    }

    /// Gives a block away that it has.
    pub(crate) fn give(&mut self, load: &Load<'_>, work: u128, needs: &[usize]) {
        self.load -= work + self.spared(load, needs);
        needs.iter().for_each(|shared| self.users[*shared] -= 1);
    }
}
