//! Edges after an end, and what had passed and is gone.

use std::time::Duration;

use probe_scheduler::{Group, Limits, Outcome, Run, Skip, State};

use crate::support::{builder, finish, graph, start_all};

#[test]
fn whoever_follows_waits_for_an_end_of_any_kind() {
    let (mut builder, ids) = builder("fails\nblocked: fails\npasses\nlast");
    for name in ["fails", "blocked", "passes"] {
        builder.follow(ids["last"], ids[name]);
    }
    let graph = builder.build().expect("the graph has no cycle");
    assert_eq!(graph.follows(ids["last"]).len(), 3);
    assert_eq!(graph.followers(ids["blocked"]), [ids["last"]]);
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "fails passes wait");
    assert_eq!(finish(&mut run, ids["fails"], Outcome::Failed), "blocked<fails");
    assert_eq!(start_all(&mut run), "wait");
    finish(&mut run, ids["passes"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "last wait");
}

#[test]
fn a_circle_of_needs_and_ends_is_a_cycle() {
    let (mut builder, ids) = builder("stop\nquery: stop");
    builder.follow(ids["stop"], ids["query"]);
    let cycle = builder.build().expect_err("each waits for the other");
    assert_eq!(cycle.nodes(), [ids["stop"], ids["query"]]);
}

#[test]
fn what_is_gone_blocks_those_that_wait_and_lets_go_on_what_runs() {
    let (mut builder, ids) = builder(
        "server\nruns: server\nready: server\nalso\nwaits: server also\nreport: ready\nfree\nafter",
    );
    let one = builder.add_group(Group::AtMost(1));
    builder.group(ids["runs"], one).group(ids["ready"], one).group(ids["free"], one);
    builder.follow(ids["after"], ids["ready"]);
    builder.expect_duration(ids["runs"], Duration::from_secs(9));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "server also free wait");
    finish(&mut run, ids["server"], Outcome::Passed);
    finish(&mut run, ids["free"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "runs wait");
    let skips = run.revoke(ids["server"]);
    let blocked =
        ["ready", "waits", "report"].map(|name| Skip { node: ids[name], because: ids["server"] });
    assert_eq!(skips, blocked);
    assert_eq!(start_all(&mut run), "after wait", "the end that it waits for is there");
    assert_eq!(finish(&mut run, ids["runs"], Outcome::Failed), "");
    finish(&mut run, ids["also"], Outcome::Passed);
    finish(&mut run, ids["after"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "done");
    assert_eq!(run.counts().to_string(), "3 passed, 1 failed, 3 blocked, 1 revoked");
}

#[test]
fn a_parked_node_whose_need_is_gone_may_end_but_not_go_on() {
    let (graph, ids) = graph("server\nends: server\ngoes-on: server\nlater: goes-on");
    let mut run = Run::new(&graph, Limits::new());
    start_all(&mut run);
    finish(&mut run, ids["server"], Outcome::Passed);
    start_all(&mut run);
    run.park(ids["ends"]);
    run.park(ids["goes-on"]);
    assert_eq!(run.revoke(ids["server"]), []);
    finish(&mut run, ids["ends"], Outcome::Passed);
    let because = ids["server"];
    let blocked = [ids["goes-on"], ids["later"]].map(|node| Skip { node, because });
    assert_eq!(run.wake(ids["goes-on"]), blocked);
    assert_eq!(run.state(ids["server"]), State::Revoked);
    assert_eq!(start_all(&mut run), "done");
}
