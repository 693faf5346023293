//! Cancelling: nothing new starts, what runs may finish.

use probe_scheduler::{Lane, Limits, Outcome, Run, State};

use crate::support::{finish, graph, start_all};

#[test]
fn cancelling_returns_all_that_will_never_finish() {
    let (graph, ids) = graph("running\nparked\nready\nwaiting: running");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 2));
    start_all(&mut run);
    run.park(ids["parked"]);
    assert_eq!(run.cancel(), [ids["parked"], ids["ready"], ids["waiting"]]);
    assert_eq!(run.cancel(), []);
    assert_eq!(start_all(&mut run), "wait", "one still runs");
    assert_eq!(finish(&mut run, ids["running"], Outcome::Passed), "");
    assert_eq!(start_all(&mut run), "done");
    assert_eq!(run.counts().to_string(), "1 passed, 3 cancelled");
}

#[test]
fn what_fails_after_the_cancelling_blocks_nobody_anew() {
    let (graph, ids) = graph("a\nb: a");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    run.cancel();
    assert_eq!(finish(&mut run, ids["a"], Outcome::Failed), "");
    assert_eq!(run.state(ids["b"]), State::Cancelled);
    assert_eq!(start_all(&mut run), "done");
}

#[test]
fn parking_after_the_cancelling_ends_the_node() {
    let (graph, ids) = graph("a");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    run.cancel();
    run.park(ids["a"]);
    assert_eq!(run.state(ids["a"]), State::Cancelled);
    assert_eq!(start_all(&mut run), "done");
}

#[test]
fn a_late_report_on_a_cancelled_node_does_no_harm() {
    let (graph, ids) = graph("a");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    run.park(ids["a"]);
    run.cancel();
    run.wake(ids["a"]);
    assert_eq!(finish(&mut run, ids["a"], Outcome::Passed), "");
    assert_eq!(run.state(ids["a"]), State::Cancelled);
    assert_eq!(start_all(&mut run), "done");
}
