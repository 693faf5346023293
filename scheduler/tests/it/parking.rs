//! Parking and waking: a unit that backs off holds nothing.

use std::time::Duration;

use probe_scheduler::{Lane, Limits, Next, Outcome, Run, State};

use crate::support::{builder, finish, graph, start_all};

#[test]
fn a_parked_node_gives_its_slot_to_the_next() {
    let (graph, ids) = graph("a\nb");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    assert_eq!(start_all(&mut run), "a wait");
    run.park(ids["a"]);
    assert_eq!(run.state(ids["a"]), State::Parked);
    assert_eq!(start_all(&mut run), "b wait");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(run.start_next(), Next::Wait, "a parked node is not done");
}

#[test]
fn a_woken_node_starts_again_by_its_priority() {
    let (mut builder, ids) = builder("short\nlong\nmiddle");
    builder.expect_duration(ids["long"], Duration::from_secs(9));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    assert_eq!(start_all(&mut run), "long wait");
    run.park(ids["long"]);
    assert_eq!(start_all(&mut run), "short wait");
    run.wake(ids["long"]);
    finish(&mut run, ids["short"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "long wait");
}

#[test]
fn the_dependents_of_a_parked_node_wait_for_its_end() {
    let (graph, ids) = graph("a\nb: a");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    run.park(ids["a"]);
    assert_eq!(start_all(&mut run), "wait");
    run.wake(ids["a"]);
    assert_eq!(start_all(&mut run), "a wait");
    assert_eq!(finish(&mut run, ids["a"], Outcome::Failed), "b<a");
}

#[test]
fn a_parked_node_that_found_its_work_done_ends_without_a_slot() {
    let (graph, ids) = graph("a\nb\nc: a");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    assert_eq!(start_all(&mut run), "a wait");
    run.park(ids["a"]);
    assert_eq!(start_all(&mut run), "b wait");
    assert_eq!(finish(&mut run, ids["a"], Outcome::Passed), "");
    assert_eq!(start_all(&mut run), "wait", "`b` has the slot");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "c wait");
}
