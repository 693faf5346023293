//! Groups: at most n at once, leaders, several groups for one node.

use probe_scheduler::{Group, Lane, Limits, Outcome, Run, Slots, State};

use crate::support::{builder, finish, start_all};

#[test]
fn at_most_n_members_run_at_once_and_the_others_let_strangers_pass() {
    let (mut builder, ids) = builder("a\nb\nc\nstranger");
    let database = builder.add_group(Group::AtMost(2));
    for member in ["a", "b", "c"] {
        builder.group(ids[member], database);
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a b stranger wait");
    assert_eq!(run.state(ids["c"]), State::Ready);
    finish(&mut run, ids["b"], Outcome::Failed);
    assert_eq!(start_all(&mut run), "c wait");
}

#[test]
fn a_leader_runs_alone_until_one_has_passed_then_all_at_once() {
    let (mut builder, ids) = builder("a\nb\nc\nd");
    let gate = builder.add_group(Group::Leader);
    for &id in ids.values() {
        builder.group(id, gate);
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a wait");
    assert_eq!(finish(&mut run, ids["a"], Outcome::Failed), "", "a failed leader opens nothing");
    assert_eq!(start_all(&mut run), "b wait");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "c d wait");
}

#[test]
fn a_gate_can_be_opened_from_outside_before_and_during_the_run() {
    let (mut builder, ids) = builder("a\nb\nc");
    let gate = builder.add_group(Group::Leader);
    for &id in ids.values() {
        builder.group(id, gate);
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    run.open(gate);
    assert_eq!(start_all(&mut run), "a b c wait");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a wait");
    run.open(gate);
    assert_eq!(start_all(&mut run), "b c wait");
}

#[test]
fn a_parked_leader_lets_another_lead() {
    let (mut builder, ids) = builder("a\nb");
    let gate = builder.add_group(Group::Leader);
    builder.group(ids["a"], gate).group(ids["b"], gate);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "a wait");
    run.park(ids["a"]);
    assert_eq!(start_all(&mut run), "b wait");
    run.wake(ids["a"]);
    assert_eq!(start_all(&mut run), "wait");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "a wait");
}

#[test]
fn a_member_of_two_groups_waits_for_both_and_holds_neither_meanwhile() {
    let (mut builder, ids) = builder("x\nboth\ny\ny2");
    let (left, right) = (builder.add_group(Group::AtMost(1)), builder.add_group(Group::AtMost(1)));
    builder.group(ids["x"], left).group(ids["both"], left).group(ids["both"], right);
    builder.group(ids["y"], right).group(ids["y2"], right);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "x y wait");
    finish(&mut run, ids["x"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "wait", "`both` now waits for the right one");
    finish(&mut run, ids["y"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "both wait");
    finish(&mut run, ids["both"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "y2 wait");
}

#[test]
fn a_member_that_still_cannot_start_passes_the_call_on() {
    let (mut builder, ids) = builder("holds-left\nholds-right\nboth\nleft-only");
    let (left, right) = (builder.add_group(Group::AtMost(1)), builder.add_group(Group::AtMost(1)));
    builder.group(ids["holds-left"], left).group(ids["holds-right"], right);
    builder.group(ids["both"], left).group(ids["both"], right).group(ids["left-only"], left);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(start_all(&mut run), "holds-left holds-right wait");
    finish(&mut run, ids["holds-left"], Outcome::Passed);
    assert_eq!(
        start_all(&mut run),
        "left-only wait",
        "`both` was called first, and finds the right one full"
    );
}

#[test]
fn a_call_to_a_member_whose_lane_is_full_holds_up_no_other_lane() {
    let (mut builder, ids) = builder("holder\nfirst\nfills\nsecond");
    let group = builder.add_group(Group::AtMost(1));
    for member in ["holder", "first", "second"] {
        builder.group(ids[member], group);
    }
    builder.lane(ids["first"], Lane(1)).lane(ids["fills"], Lane(1));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(1), 1));
    assert_eq!(start_all(&mut run), "holder fills wait");
    finish(&mut run, ids["holder"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "second wait", "`first` has no slot yet");
}

#[test]
fn a_reservation_claims_the_groups_across_lanes() {
    let (mut builder, ids) = builder("busy\nheavy\nother-lane");
    let group = builder.add_group(Group::AtMost(1));
    builder.slots(ids["heavy"], Slots::All).group(ids["heavy"], group);
    builder.lane(ids["other-lane"], Lane(1)).group(ids["other-lane"], group);
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 2).lane(Lane(1), 1));
    assert_eq!(start_all(&mut run), "busy wait");
    finish(&mut run, ids["busy"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "heavy wait");
    finish(&mut run, ids["heavy"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "other-lane wait");
}
