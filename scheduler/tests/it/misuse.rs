//! What panics, and the sentence with which it does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use probe_scheduler::{GraphBuilder, Group, Lane, Limits, Outcome, Run, Slots};

use crate::support::{builder, graph, start_all};

fn check<R>(misuse: impl FnOnce() -> R, expected: &str) {
    let panic = catch_unwind(AssertUnwindSafe(misuse)).err().expect("misuse panics");
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    assert_eq!(message, Some(expected));
}

#[test]
fn an_action_that_does_not_fit_the_state_panics_with_a_sentence() {
    let (graph, ids) = graph("a\nb: a");
    let mut run = Run::new(&graph, Limits::new());
    check(
        || run.finish(ids["a"], Outcome::Passed),
        "node #0 is ready: only a running or parked node can finish",
    );
    check(|| run.park(ids["b"]), "node #1 is waiting: only a running node can park");
    start_all(&mut run);
    check(|| run.wake(ids["a"]), "node #0 is running: only a parked node can be woken");
    run.finish(ids["a"], Outcome::Failed);
    check(
        || run.finish(ids["a"], Outcome::Failed),
        "node #0 is failed: only a running or parked node can finish",
    );
    check(|| run.wake(ids["b"]), "node #1 is blocked: only a parked node can be woken");
    check(|| run.revoke(ids["a"]), "node #0 is failed: only what has passed can be revoked");
}

#[test]
fn what_could_never_start_cannot_be_declared() {
    check(
        || Limits::new().lane(Lane(3), 0),
        "lane 3 was given no slot: nothing in it could ever start",
    );
    check(
        || GraphBuilder::<()>::new().add_group(Group::AtMost(0)),
        "a group of at most 0 was declared: no member of it could ever start",
    );
    let mut builder = GraphBuilder::new();
    let node = builder.add(());
    check(
        || {
            builder.slots(node, Slots::Count(0));
        },
        "node #0 was given 0 slots: put it into a lane without a limit instead",
    );
}

#[test]
fn ids_of_another_builder_are_refused() {
    let (_, ids) = builder("a\nb");
    let mut other = GraphBuilder::new();
    let only = other.add(());
    check(|| other.depend(only, ids["b"]), "node #1 was not added by this builder's `add`");
    let group = GraphBuilder::<()>::new().add_group(Group::Leader);
    check(|| other.group(only, group), "group #0 was not declared by this builder's `add_group`");
}
