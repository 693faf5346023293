//! Properties over random graphs, walked with random finish orders, failures, parks, wakes,
//! openings, revocations and cancels, beside a naive model that must give the same answer to every call.
//!
//! A failing walk names its seed: `walk(seed)` repeats it.

mod model;
mod spec;
mod watch;

use std::{fmt::Debug, ops::Range};

use probe_scheduler::{GroupId, Next, NodeId, Outcome, Run, Skip};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use model::Model;
use spec::Spec;
use watch::Watch;

/// One call to a run; nodes and groups are indices, as the model has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    StartNext,
    Finish(usize, Outcome),
    Park(usize),
    Wake(usize),
    Open(usize),
    Revoke(usize),
    Cancel,
}

/// A run beside the model of it and the watch over it, which all receive the same calls.
struct Walk<'s> {
    seed: u64,
    run: Run<'s, ()>,
    nodes: Vec<NodeId>,
    groups: Vec<GroupId>,
    model: Model<'s>,
    watch: Watch<'s>,
    log: Vec<Call>,
}

impl Walk<'_> {
    /// Makes a call, and compares what it returns and what it leaves behind.
    fn make(&mut self, call: Call) -> Option<Next> {
        self.log.push(call);
        let answer = match call {
            Call::StartNext => Some(self.start_next()),
            Call::Finish(node, outcome) => {
                let skips = self.run.finish(self.nodes[node], outcome);
                self.watch.finished(node, outcome, &skips);
                let expected = self.model.finish(node, outcome);
                self.agree(&blocked(&skips), &expected);
                None
            }
            Call::Park(node) => {
                let cancelled = indices(&self.run.park(self.nodes[node]));
                let expected = self.model.park(node);
                self.agree(&cancelled, &expected);
                self.watch.parked_now(node, &cancelled);
                None
            }
            Call::Wake(node) => {
                let skips = self.run.wake(self.nodes[node]);
                let expected = self.model.wake(node);
                self.agree(&blocked(&skips), &expected);
                self.watch.woken(node, &skips);
                None
            }
            Call::Open(group) => {
                self.run.open(self.groups[group]);
                self.model.open(group);
                self.watch.opened(group);
                None
            }
            Call::Revoke(node) => {
                let skips = self.run.revoke(self.nodes[node]);
                let expected = self.model.revoke(node);
                self.agree(&blocked(&skips), &expected);
                self.watch.revoked(node, &skips);
                None
            }
            Call::Cancel => {
                let cancelled = indices(&self.run.cancel());
                let expected = self.model.cancel();
                self.agree(&cancelled, &expected);
                self.watch.cancelled(&cancelled);
                None
            }
        };
        for (&node, expected) in self.nodes.iter().zip(&self.model.states) {
            self.agree(&self.run.state(node), expected);
        }
        answer
    }

    fn start_next(&mut self) -> Next {
        let answer = self.run.start_next();
        let started = match answer {
            Next::Start(id) => Some(id.index()),
            Next::Wait | Next::Done => None,
        };
        let expected = self.model.start_next();
        self.agree(&started, &expected);
        if let Some(node) = started {
            self.watch.started(node);
        }
        answer
    }

    /// A call that fits the states, drawn at random.
    fn draw(&self, random: &mut SmallRng, cancels: bool) -> Call {
        let (running, parked) = (self.watch.running(), self.watch.parked());
        let stuck = running.is_empty() && parked.is_empty();
        assert!(!stuck, "seed {}: waits for nothing after {:?}", self.seed, self.log);
        if cancels && random.random_ratio(1, 16) {
            return Call::Cancel;
        }
        if !self.groups.is_empty() && random.random_ratio(1, 64) {
            return Call::Open(random.random_range(0..self.groups.len()));
        }
        let passed = self.watch.passed();
        if !passed.is_empty() && random.random_ratio(1, 32) {
            return Call::Revoke(passed[random.random_range(0..passed.len())]);
        }
        if running.is_empty() || (!parked.is_empty() && random.random_bool(0.5)) {
            let node = parked[random.random_range(0..parked.len())];
            return match random.random_range(0..10) {
                0 => Call::Finish(node, Outcome::Failed),
                1 => Call::Finish(node, Outcome::Passed),
                _ => Call::Wake(node),
            };
        }
        let node = running[random.random_range(0..running.len())];
        match random.random_range(0..50) {
            0..10 => Call::Park(node),
            10..14 => Call::Finish(node, Outcome::Failed),
            _ => Call::Finish(node, Outcome::Passed),
        }
    }

    fn agree<A: PartialEq + Debug>(&self, answer: &A, expected: &A) {
        assert!(
            answer == expected,
            "seed {}: {answer:?} instead of {expected:?} after {:?}",
            self.seed,
            self.log
        );
    }
}

fn indices(nodes: &[NodeId]) -> Vec<usize> {
    nodes.iter().map(|id| id.index()).collect()
}

/// The blocked nodes, in ascending order.
fn blocked(skips: &[Skip]) -> Vec<usize> {
    let mut nodes: Vec<usize> = skips.iter().map(|skip| skip.node.index()).collect();
    nodes.sort_unstable();
    nodes
}

/// Walks one random graph to its end and returns every call, and every node in the order of starts.
fn walk(seed: u64) -> (Vec<Call>, Vec<NodeId>) {
    let mut random = SmallRng::seed_from_u64(seed);
    let spec = Spec::random(&mut random);
    let (graph, groups) = spec.graph();
    let mut walk = Walk {
        seed,
        run: Run::new(&graph, spec.limits()),
        nodes: graph.ids().collect(),
        groups,
        model: Model::new(&spec),
        watch: Watch::new(&spec, seed),
        log: Vec::new(),
    };
    let cancels = random.random_bool(0.1);
    let mut started = Vec::new();
    loop {
        match walk.make(Call::StartNext) {
            Some(Next::Start(id)) => {
                started.push(id);
                if random.random_bool(0.7) {
                    continue;
                }
            }
            Some(Next::Done) => break,
            Some(Next::Wait) | None => {}
        }
        let call = walk.draw(&mut random, cancels);
        walk.make(call);
    }
    walk.watch.ended();
    (walk.log, started)
}

fn walk_all(seeds: Range<u64>) {
    for seed in seeds {
        walk(seed);
    }
}

// Four tests of 25,000 seeds, so that they share the cores.

#[test]
fn every_answer_is_the_models_first_quarter() {
    walk_all(0..25_000);
}

#[test]
fn every_answer_is_the_models_second_quarter() {
    walk_all(25_000..50_000);
}

#[test]
fn every_answer_is_the_models_third_quarter() {
    walk_all(50_000..75_000);
}

#[test]
fn every_answer_is_the_models_fourth_quarter() {
    walk_all(75_000..100_000);
}

#[test]
fn the_same_seed_gives_the_same_log() {
    for seed in 0..1_000 {
        assert_eq!(walk(seed), walk(seed));
    }
}
