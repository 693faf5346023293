//! Slots: lanes beside each other, heavy nodes, and the reservation that keeps these from starving.

use std::{collections::VecDeque, time::Duration};

use probe_scheduler::{GraphBuilder, Lane, Limits, Next, Outcome, Run, Slots};

use crate::support::{builder, finish, start_all};

#[test]
fn a_full_lane_holds_up_no_other_lane() {
    let (mut builder, ids) = builder("a\nb\nc\nd");
    builder.lane(ids["c"], Lane(9)).lane(ids["d"], Lane(9));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 1).lane(Lane(9), 1));
    assert_eq!(start_all(&mut run), "a c wait");
    finish(&mut run, ids["c"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "d wait");
}

#[test]
fn all_slots_means_alone_in_the_lane() {
    let (mut builder, ids) = builder("alone\nb\nc\nother");
    builder.slots(ids["alone"], Slots::All).lane(ids["other"], Lane(1));
    let graph = builder.build().expect("the graph has no cycle");
    for limits in [Limits::new(), Limits::new().lane(Lane(0), 2)] {
        let mut run = Run::new(&graph, limits);
        assert_eq!(start_all(&mut run), "alone other wait");
        finish(&mut run, ids["alone"], Outcome::Passed);
        assert_eq!(start_all(&mut run), "b c wait");
    }
}

#[test]
fn more_slots_than_the_lane_has_count_as_all_of_them() {
    let (mut builder, ids) = builder("a\nb");
    builder.slots(ids["a"], Slots::Count(64));
    let graph = builder.build().expect("the graph has no cycle");
    assert_eq!(start_all(&mut Run::new(&graph, Limits::new().lane(Lane(0), 4))), "a wait");
    assert_eq!(start_all(&mut Run::new(&graph, Limits::new().lane(Lane(0), 65))), "a b wait");
}

#[test]
fn the_lane_is_kept_for_a_heavy_node_that_came_first() {
    let (mut builder, ids) = builder("a\nb\nheavy: a\nafter: heavy\nlight");
    builder.slots(ids["heavy"], Slots::Count(2)).slots(ids["after"], Slots::Count(2));
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 2));
    assert_eq!(start_all(&mut run), "a b wait");
    finish(&mut run, ids["a"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "wait", "one slot is free, and kept");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "heavy wait");
}

/// The worst case: chains of light nodes, in which every end of one makes the next ready.
#[test]
fn light_nodes_cannot_starve_a_heavy_one() {
    const CHAINS: u32 = 4;
    const LENGTH: u32 = 1_000;
    let mut builder = GraphBuilder::new();
    let (need, heavy) = (builder.add(()), builder.add(()));
    builder.depend(heavy, need).slots(heavy, Slots::All);
    builder.expect_duration(heavy, Duration::from_secs(u64::from(LENGTH) + 1));
    for _ in 0..CHAINS {
        let mut last = builder.add(());
        for _ in 1..LENGTH {
            let node = builder.add(());
            builder.depend(node, last);
            last = node;
        }
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), CHAINS));

    let mut running = VecDeque::new();
    let mut started_before = 0;
    loop {
        match run.start_next() {
            Next::Start(id) if id == heavy => break,
            Next::Start(id) => {
                started_before += 1;
                running.push_back(id);
            }
            Next::Wait => {
                let first = running.pop_front().expect("something runs while the run waits");
                run.finish(first, Outcome::Passed);
            }
            Next::Done => panic!("the heavy node never started"),
        }
    }
    assert_eq!(started_before, CHAINS, "its need, and the light nodes that ran beside that");
    assert!(running.is_empty(), "it runs alone");
}

#[test]
fn a_reservation_stands_even_against_a_node_of_higher_priority() {
    let (mut builder, ids) = builder("a\nb\nheavy\nurgent: a");
    builder.slots(ids["heavy"], Slots::All);
    for (name, seconds) in [("a", 1), ("b", 9), ("heavy", 5), ("urgent", 8)] {
        builder.expect_duration(ids[name], Duration::from_secs(seconds));
    }
    let graph = builder.build().expect("the graph has no cycle");
    let mut run = Run::new(&graph, Limits::new().lane(Lane(0), 3));
    assert_eq!(start_all(&mut run), "a b wait", "the third slot is reserved");
    finish(&mut run, ids["a"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "wait", "though `urgent` is ready");
    finish(&mut run, ids["b"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "heavy wait");
    finish(&mut run, ids["heavy"], Outcome::Passed);
    assert_eq!(start_all(&mut run), "urgent wait");
}
