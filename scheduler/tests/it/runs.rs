//! Order, priority and failure.

use std::time::Duration;

use probe_scheduler::{Lane, Limits, Outcome, Run, State};

use crate::support::{builder, finish, graph, start_all};

#[test]
fn a_node_starts_when_all_its_needs_have_passed_and_not_before() {
    let (graph, ids) = graph("a\nb\nc: a b");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a b wait");
    finish(&mut run, ids["a"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "wait");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "c wait");
    finish(&mut run, ids["c"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "done");
}

#[test]
fn the_longest_remaining_path_starts_first_and_equals_in_order_of_insertion() {
    let (mut builder, ids) = builder("short\nsame\nhead\ntail: head\nlong");
    builder.expect_duration(ids["long"], Duration::from_secs(3));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "long head short same wait");
}

#[test]
fn a_failure_blocks_all_that_depends_on_it_nearest_first_and_nothing_else() {
    let (graph, ids) = graph("a\nb: a\nc: b\nd: a\nfree\ne: free d");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a free wait");
    assert_eq!(finish(&mut run, ids["a"], Outcome::Failed), "b<a d<a c<a e<a");
    assert_eq!(run.state(ids["c"]), State::Blocked);
    assert_eq!(start_all(&mut run), "wait");
    assert_eq!(finish(&mut run, ids["free"], Outcome::Passed), "");
    assert_eq!(start_all(&mut run), "done");
    assert_eq!(run.counts().to_string(), "1 passed, 1 failed, 4 blocked");
}

#[test]
fn of_two_failures_the_first_is_the_cause() {
    let (graph, ids) = graph("a\nb\nc: a b\nd: b");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    assert_eq!(finish(&mut run, ids["b"], Outcome::Failed), "c<b d<b");
    assert_eq!(finish(&mut run, ids["a"], Outcome::Failed), "");
    assert_eq!(start_all(&mut run), "done");
}

#[test]
fn counts_follow_every_step() {
    let (graph, ids) = graph("a\nb: a\nc: b");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    let mut log = vec![run.counts().to_string()];
    start_all(&mut run);
    log.push(run.counts().to_string());
    run.park(ids["a"]);
    log.push(run.counts().to_string());
    run.wake(ids["a"]);
    start_all(&mut run);
    finish(&mut run, ids["a"], Outcome::Passed);
    log.push(run.counts().to_string());
    run.cancel();
    log.push(run.counts().to_string());
    insta::assert_snapshot!(log.join("\n"), @r"
    2 waiting, 1 ready
    2 waiting, 1 running
    2 waiting, 1 parked
    1 waiting, 1 ready, 1 passed
    1 passed, 2 cancelled
    ");
}

#[test]
fn one_graph_can_be_run_twice_with_other_limits() {
    let (graph, _) = graph("a\nb\nc");
    assert_eq!(start_all(&mut Run::new(&graph, Limits::new().lane(Lane(0), 1))), "a wait");
    assert_eq!(start_all(&mut Run::new(&graph, Limits::new().lane(Lane(0), 2))), "a b wait");
}
