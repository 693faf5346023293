//! The preload layer: one node a library, and tests that wait for their own libraries only.

use std::time::Duration;

use probe_scheduler::{
    Group, Limits, Next, Outcome, PRELOADS, PlanBuilder, Run, Slots, TESTS, Unit, UnitId,
};

#[test]
fn the_same_key_gives_the_same_node_and_makes_the_library_once() {
    let mut made = Vec::new();
    let mut plan = PlanBuilder::<_, _, ()>::new();
    for key in ["sqlite", "duckdb", "sqlite", "duckdb", "sqlite"] {
        plan.library(key, || made.push(key));
    }
    assert_eq!(made, ["sqlite", "duckdb"]);
    assert_eq!(plan.build().expect("the plan has no cycle").graph().len(), 2);
}

#[test]
fn a_test_waits_on_exactly_the_libraries_that_it_needs() {
    let mut plan = PlanBuilder::new();
    let base = plan.library("base", || "base");
    let [a, b, unused] = ["a", "b", "unused"].map(|name| plan.library(name, || name));
    plan.library_needs(a, base);
    let test = plan.test("test");
    plan.need(test, a).need(test, b).need(test, a);
    let free = plan.test("free");
    let plan = plan.build().expect("the plan has no cycle");
    assert_eq!(plan.graph().needs(test.node()), [a.node(), b.node()]);
    assert_eq!(plan.preloads_before(test), [base, a, b]);
    assert_eq!(plan.preloads_before(free), []);
    assert_eq!(plan.graph().dependents(unused.node()), []);
}

#[test]
fn nodes_lead_back_to_units_and_keys_to_preloads() {
    let mut plan = PlanBuilder::new();
    let first = plan.test(1);
    let library = plan.library("z", || 'z');
    let other = plan.library("a", || 'a');
    let second = plan.test(2);
    let plan = plan.build().expect("the plan has no cycle");
    assert_eq!(plan.unit(first.node()), UnitId::Test(first));
    assert_eq!(plan.unit(library.node()), UnitId::Preload(library));
    assert_eq!(plan.preload(&"z"), Some(library));
    assert_eq!(plan.preload(&"missing"), None);
    assert_eq!(plan.libraries().collect::<Vec<_>>(), [(&"a", other), (&"z", library)]);
    assert_eq!(plan.tests().collect::<Vec<_>>(), [first, second]);
    assert_eq!(plan.graph()[library.node()], Unit::Preload('z'));
}

#[test]
fn units_keep_their_lanes_and_attributes() {
    let mut plan = PlanBuilder::new();
    let library = plan.library((), || ());
    let test = plan.test(());
    let group = plan.add_group(Group::AtMost(1));
    plan.slots(test, Slots::All)
        .group(test, group)
        .expect_duration(library, Duration::from_secs(7));
    let plan = plan.build().expect("the plan has no cycle");
    let graph = plan.graph();
    assert_eq!((graph.lane(library.node()), graph.lane(test.node())), (PRELOADS, TESTS));
    assert_eq!(graph.slots(test.node()), Slots::All);
    assert_eq!(graph.groups(test.node()), [group]);
    assert_eq!(graph.group(group), Group::AtMost(1));
    assert_eq!(graph.expected(library.node()), Duration::from_secs(7));
}

#[test]
fn a_failed_preload_blocks_its_own_tests_only() {
    let mut plan = PlanBuilder::new();
    let [bad, good] = ["bad", "good"].map(|key| plan.library(key, || key));
    let [both, fine, later] = ["both", "fine", "later"].map(|name| plan.test(name));
    plan.need(both, bad).need(both, good).need(fine, good).after(later, both);
    let plan = plan.build().expect("the plan has no cycle");
    let mut run = Run::new(plan.graph(), Limits::new().lane(PRELOADS, 2).lane(TESTS, 1));
    while let Next::Start(_) = run.start_next() {}
    let blocked: Vec<_> = run.finish(bad.node(), Outcome::Failed);
    assert_eq!(
        blocked.iter().map(|skip| skip.node).collect::<Vec<_>>(),
        [both.node(), later.node()]
    );
    assert!(blocked.iter().all(|skip| skip.because == bad.node()));
    run.finish(good.node(), Outcome::Passed);
    assert_eq!(run.start_next(), Next::Start(fine.node()));
}

#[test]
fn libraries_that_need_each_other_are_a_cycle() {
    let mut plan = PlanBuilder::<_, _, ()>::new();
    let [a, b] = ["a", "b"].map(|key| plan.library(key, || key));
    plan.library_needs(a, b).library_needs(b, a);
    assert_eq!(plan.build().expect_err("a cycle").nodes(), [a.node(), b.node()]);
}
