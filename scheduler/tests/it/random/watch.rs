//! What must hold of any walk, whatever the order of starts: looked at from outside, from the calls
//! and their answers alone.

use probe_scheduler::{Group, Outcome, Skip};

use super::spec::{LANES, Spec};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Running,
    Parked,
    Woken,
    Passed,
    Failed,
    Blocked,
    Cancelled,
    Revoked,
}

impl Seen {
    fn is_final(self) -> bool {
        matches!(
            self,
            Self::Passed | Self::Failed | Self::Blocked | Self::Cancelled | Self::Revoked
        )
    }
}

pub(crate) struct Watch<'s> {
    spec: &'s Spec,
    seed: u64,
    seen: Vec<Seen>,
    open: Vec<bool>,
    is_cancelled: bool,
}

impl<'s> Watch<'s> {
    pub(crate) fn new(spec: &'s Spec, seed: u64) -> Self {
        let (seen, open) = (vec![Seen::Nothing; spec.nodes.len()], vec![false; spec.groups.len()]);
        Self { spec, seed, seen, open, is_cancelled: false }
    }

    pub(crate) fn running(&self) -> Vec<usize> {
        self.all(Seen::Running)
    }

    pub(crate) fn parked(&self) -> Vec<usize> {
        self.all(Seen::Parked)
    }

    pub(crate) fn passed(&self) -> Vec<usize> {
        self.all(Seen::Passed)
    }

    /// Never before its needs, nor beside what it follows, never twice, never above a limit; after
    /// the cancelling only finalisers.
    pub(crate) fn started(&mut self, node: usize) {
        let seed = self.seed;
        assert!(
            matches!(self.seen[node], Seen::Nothing | Seen::Woken),
            "seed {seed}: {node} started while {:?}",
            self.seen[node]
        );
        for &need in &self.spec.nodes[node].needs {
            assert_eq!(self.seen[need], Seen::Passed, "seed {seed}: {node} started before {need}");
        }
        for &other in &self.spec.nodes[node].follows {
            assert!(self.is_over(other), "seed {seed}: {node} started beside {other}");
        }
        assert!(!self.is_over(node), "seed {seed}: {node} started for nobody");
        let may_start = !self.is_cancelled || self.spec.nodes[node].is_finaliser;
        assert!(may_start, "seed {seed}: {node} started after the cancelling");
        self.seen[node] = Seen::Running;
        let running = self.running();
        for lane in 0..LANES {
            let in_lane = running.iter().filter(|&&node| self.spec.nodes[node].lane == lane);
            let taken: u32 = in_lane.map(|&node| self.spec.slots_of(node)).sum();
            assert!(
                taken <= self.spec.lane_limit(lane),
                "seed {seed}: lane {lane} is over its limit"
            );
        }
        for (group, rule) in self.spec.groups.iter().enumerate() {
            let limit = match rule {
                _ if self.open[group] => continue,
                Group::AtMost(limit) => *limit as usize,
                Group::Leader => 1,
            };
            let members =
                running.iter().filter(|&&node| self.spec.nodes[node].groups.contains(&group));
            assert!(members.count() <= limit, "seed {seed}: group {group} is over its limit");
        }
    }

    /// Whoever is blocked had not started, names the failed node, and depends on it.
    pub(crate) fn finished(&mut self, node: usize, outcome: Outcome, skips: &[Skip]) {
        let seed = self.seed;
        let was = self.seen[node];
        assert!(matches!(was, Seen::Running | Seen::Parked), "seed {seed}: {node} was {was:?}");
        match outcome {
            Outcome::Passed => {
                self.seen[node] = Seen::Passed;
                assert_eq!(skips, [], "seed {seed}");
                for &group in &self.spec.nodes[node].groups {
                    self.open[group] |= self.spec.groups[group] == Group::Leader;
                }
            }
            Outcome::Failed => self.seen[node] = Seen::Failed,
        }
        self.blocked(node, skips);
    }

    /// Only what had passed can be revoked, and blocks whoever has not started.
    pub(crate) fn revoked(&mut self, node: usize, skips: &[Skip]) {
        assert_eq!(self.seen[node], Seen::Passed, "seed {}: {node} is revoked", self.seed);
        self.seen[node] = Seen::Revoked;
        self.blocked(node, skips);
    }

    /// A node in the cancelled run, unless it is a finaliser, is cancelled, and with it the
    /// finalisers that need it.
    pub(crate) fn parked_now(&mut self, node: usize, cancelled: &[usize]) {
        let stays = !self.is_cancelled || self.spec.nodes[node].is_finaliser;
        self.seen[node] = if stays { Seen::Parked } else { Seen::Cancelled };
        for &other in cancelled {
            let (seed, spec) = (self.seed, &self.spec.nodes[other]);
            assert!(spec.is_finaliser && self.depends(other, node), "seed {seed}: {other} is lost");
            self.seen[other] = Seen::Cancelled;
        }
    }

    /// It goes on, or it is the first of those that what was revoked blocks.
    pub(crate) fn woken(&mut self, node: usize, skips: &[Skip]) {
        self.seen[node] = Seen::Woken;
        if let Some(first) = skips.first() {
            assert_eq!(first.node.index(), node, "seed {}: another is woken", self.seed);
            let revoked = first.because.index();
            assert_eq!(self.seen[revoked], Seen::Revoked, "seed {}: {node} is blocked", self.seed);
            self.blocked(revoked, skips);
        }
    }

    fn blocked(&mut self, because: usize, skips: &[Skip]) {
        let seed = self.seed;
        for skip in skips {
            let blocked = skip.node.index();
            let seen = self.seen[blocked];
            assert!(
                matches!(seen, Seen::Nothing | Seen::Woken),
                "seed {seed}: {blocked} is blocked while {seen:?}"
            );
            assert_eq!(skip.because.index(), because, "seed {seed}: {blocked} names another");
            assert!(self.depends(blocked, because), "seed {seed}: {blocked} is free of {because}");
            self.seen[blocked] = Seen::Blocked;
        }
    }

    pub(crate) fn opened(&mut self, group: usize) {
        self.open[group] = true;
    }

    pub(crate) fn cancelled(&mut self, nodes: &[usize]) {
        self.is_cancelled = true;
        for &node in nodes {
            self.seen[node] = Seen::Cancelled;
        }
    }

    /// Nothing is left over.
    pub(crate) fn ended(&self) {
        assert!(
            (0..self.seen.len()).all(|node| self.is_over(node)),
            "seed {}: ended with {:?}",
            self.seed,
            self.seen
        );
    }

    /// It has ended, or starts only for somebody, and nobody is left.
    fn is_over(&self, node: usize) -> bool {
        let waits = |other: &usize| {
            let other = &self.spec.nodes[*other];
            other.needs.contains(&node) || other.follows.contains(&node)
        };
        let is_alone = || (0..self.seen.len()).filter(waits).all(|other| self.is_over(other));
        let has_started = !matches!(self.seen[node], Seen::Nothing | Seen::Woken);
        self.seen[node].is_final()
            || self.spec.nodes[node].is_on_demand && !has_started && is_alone()
    }

    fn all(&self, state: Seen) -> Vec<usize> {
        (0..self.seen.len()).filter(|&node| self.seen[node] == state).collect()
    }

    fn depends(&self, node: usize, on: usize) -> bool {
        self.spec.nodes[node].needs.iter().any(|&need| need == on || self.depends(need, on))
    }
}
