//! Cancelling: nothing new starts, what runs may finish.

use probe_scheduler::{Lane, Limits, Outcome, Run, State};

use crate::support::{builder, finish, graph, start_all};

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

#[test]
fn a_finaliser_runs_in_a_cancelled_run_when_its_users_have_ended() {
    let (mut builder, ids) = builder("server\nquery: server\nlater: server\nstop: server");
    builder.follow(ids["stop"], ids["query"]).follow(ids["stop"], ids["later"]);
    builder.finaliser(ids["stop"]);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    assert_eq!(start_all(&mut run), "server wait");
    finish(&mut run, ids["server"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "query wait");
    assert_eq!(run.cancel(), [ids["later"]]);
    assert_eq!(start_all(&mut run), "wait", "a user still runs");
    finish(&mut run, ids["query"], Outcome::Failed);
    assert_eq!(start_all(&mut run), "stop wait");
    assert_eq!(run.park(ids["stop"]), [], "it may take its time");
    run.wake(ids["stop"]);
    assert_eq!(start_all(&mut run), "stop wait");
    finish(&mut run, ids["stop"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "done");
    assert_eq!(run.counts().to_string(), "2 passed, 1 failed, 1 cancelled");
}

#[test]
fn a_finaliser_is_cancelled_with_what_it_needs() {
    let (mut builder, ids) = builder("before\nserver: before\nstop: server\nremove: stop\nfree");
    for name in ["stop", "remove", "free"] {
        builder.finaliser(ids[name]);
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1));
    start_all(&mut run);
    assert_eq!(run.cancel(), [ids["server"], ids["stop"], ids["remove"]]);
    finish(&mut run, ids["before"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "free wait", "it needs nothing");
}

#[test]
fn what_parks_in_a_cancelled_run_takes_its_finalisers_with_it() {
    let (mut builder, ids) = builder("server\nstop: server");
    builder.finaliser(ids["stop"]);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    assert_eq!(run.cancel(), []);
    assert_eq!(run.park(ids["server"]), [ids["stop"]]);
    assert_eq!(start_all(&mut run), "done");
}
