//! `drive`: every report reaches the run, every consequence the executor.

use std::collections::VecDeque;

use probe_scheduler::{Executor, Group, Lane, Limits, NodeId, Outcome, Report, Run, Skip, drive};

use crate::support::{builder, graph};

/// Answers each start from a script and writes down what it was told.
struct Scripted<F> {
    answer: F,
    reports: VecDeque<Report>,
    log: Vec<String>,
}

impl<F: FnMut(NodeId, &str) -> Vec<Report>> Executor<&'static str> for Scripted<F> {
    fn start(&mut self, id: NodeId, payload: &&'static str) {
        self.log.push(format!("start {payload}"));
        self.reports.extend((self.answer)(id, payload));
    }

    fn wait(&mut self) -> Report {
        self.reports.pop_front().expect("a report is under way while something is unfinished")
    }

    fn skipped(&mut self, skip: Skip) {
        self.log.push(format!("skip {} because {}", skip.node, skip.because));
    }

    fn cancelled(&mut self, id: NodeId) {
        self.log.push(format!("cancelled {id}"));
    }
}

fn scripted<F: FnMut(NodeId, &str) -> Vec<Report>>(answer: F) -> Scripted<F> {
    Scripted { answer, reports: VecDeque::new(), log: Vec::new() }
}

#[test]
fn starts_finishes_and_skips_reach_the_executor() {
    let (graph, _) = graph("a\nb: a\nc");
    let mut executor = scripted(|id, name| {
        let outcome = if name == "a" { Outcome::Failed } else { Outcome::Passed };
        vec![Report::Finished(id, outcome)]
    });
    let counts = drive(&mut Run::new(&graph, Limits::new()), &mut executor);
    assert_eq!(executor.log, ["start a", "start c", "skip #1 because #0"]);
    assert_eq!(counts.to_string(), "1 passed, 1 failed, 1 blocked");
}

#[test]
fn a_parked_node_is_started_again_after_it_was_woken() {
    let (graph, _) = graph("a\nb");
    let mut attempts = 0;
    let mut executor = scripted(|id, name| {
        if name == "a" {
            attempts += 1;
        }
        match (name, attempts) {
            ("a", 1) => vec![Report::Parked(id), Report::Woken(id)],
            _ => vec![Report::Finished(id, Outcome::Passed)],
        }
    });
    let counts = drive(&mut Run::new(&graph, Limits::new().lane(Lane(0), 1)), &mut executor);
    assert_eq!(executor.log, ["start a", "start b", "start a"]);
    assert_eq!(counts.to_string(), "2 passed");
}

#[test]
fn a_cancel_ends_the_run_when_what_runs_has_ended() {
    let (graph, _) = graph("a\nb: a");
    let mut executor =
        scripted(|id, _| vec![Report::Cancel, Report::Finished(id, Outcome::Passed)]);
    let counts = drive(&mut Run::new(&graph, Limits::new()), &mut executor);
    assert_eq!(executor.log, ["start a", "cancelled #1"]);
    assert_eq!(counts.to_string(), "1 passed, 1 cancelled");
}

#[test]
fn a_gate_opened_by_the_executor_lets_the_others_start() {
    let (mut builder, ids) = builder("a\nb");
    let gate = builder.add_group(Group::Leader);
    builder.group(ids["a"], gate).group(ids["b"], gate);
    let graph = builder.build().expect("the graph has no cycle");
    let (a, b) = (ids["a"], ids["b"]);
    let mut executor = scripted(|id, _| {
        if id == a {
            vec![Report::Opened(gate)]
        } else {
            vec![Report::Finished(b, Outcome::Passed), Report::Finished(a, Outcome::Passed)]
        }
    });
    drive(&mut Run::new(&graph, Limits::new()), &mut executor);
    assert_eq!(executor.log, ["start a", "start b"], "`b` starts while `a` still runs");
}
