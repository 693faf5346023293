//! Building and asking a graph: cycles, repetitions, the longest paths.

use std::time::Duration;

use probe_scheduler::{GraphBuilder, Limits, Next, Run};

use crate::support::{builder, graph};

fn check_cycle(lines: &'static str, expected: &str) {
    let (builder, ids) = builder(lines);
    let cycle = builder.build().expect_err("the graph has a cycle");
    let name_of = |id| ids.iter().find(|(_, other)| **other == id).map_or("?", |(name, _)| *name);
    let names: Vec<_> = cycle.nodes().iter().map(|&id| name_of(id)).collect();
    assert_eq!(names.join(" "), expected, "in {lines}");
}

fn check_critical_path(lines: &'static str, expected_seconds: &[u64], expected: &str) {
    let (mut builder, ids) = builder(lines);
    let names: Vec<_> = lines.lines().filter_map(|line| line.trim().split(':').next()).collect();
    for (name, &seconds) in names.iter().filter(|name| !name.is_empty()).zip(expected_seconds) {
        builder.expect_duration(ids[name], Duration::from_secs(seconds));
    }
    let graph = builder.build().expect("the graph has no cycle");
    let path = graph.critical_path();
    assert_eq!(path.iter().map(|&id| graph[id]).collect::<Vec<_>>().join(" "), expected);
    let length: Duration = path.iter().map(|&id| graph.expected(id)).sum();
    assert_eq!(length, path.first().map_or(Duration::ZERO, |&id| graph.remaining(id)));
}

#[test]
fn a_cycle_names_its_nodes_in_order_and_no_others() {
    check_cycle("a: a", "a");
    check_cycle("a: b\nb: a", "a b");
    check_cycle("free\nleads-in: a\na: c\nb: a\nc: b\nafter: c", "a c b");
    check_cycle("a: b free\nfree\nb: free c\nc: b free", "b c");
}

#[test]
fn a_cycle_says_what_to_do_about_it() {
    let (builder, _) = builder("a: b\nb: a");
    let cycle = builder.build().expect_err("the graph has a cycle");
    insta::assert_snapshot!(cycle, @"dependencies form a cycle: #0 needs #1 needs #0; remove one of them");
}

#[test]
fn the_critical_path_is_the_longest_by_expected_duration() {
    check_critical_path("", &[], "");
    check_critical_path("a", &[5], "a");
    check_critical_path("a\nb: a\nc: b\nlong", &[1, 1, 1, 4], "long");
    check_critical_path("a\nb: a\nc: b\nlong", &[2, 1, 2, 4], "a b c");
    check_critical_path("a\nb: a\nc: a\nd: b c", &[1, 2, 3, 1], "a c d");
}

#[test]
fn equal_paths_go_to_the_node_that_was_added_first() {
    check_critical_path("a\nb\nc: b\nd: a", &[1, 1, 1, 1], "a d");
}

#[test]
fn an_edge_said_twice_is_one_edge() {
    let (graph, ids) = graph("a\nb\nc: b a b a a");
    assert_eq!(graph.needs(ids["c"]), [ids["b"], ids["a"]]);
    assert_eq!(graph.dependents(ids["a"]), [ids["c"]]);
    assert_eq!(graph.dependents(ids["b"]), [ids["c"]]);
}

#[test]
fn needs_and_dependents_are_followed_to_the_end() {
    let (graph, ids) = graph("a\nb: a\nc: b a\nd: c\nother");
    assert_eq!(graph.all_needs(ids["d"]), [ids["a"], ids["b"], ids["c"]]);
    assert_eq!(graph.all_dependents(ids["a"]), [ids["b"], ids["c"], ids["d"]]);
    assert_eq!(graph.all_needs(ids["other"]), []);
}

#[test]
fn a_path_longer_than_any_clock_saturates() {
    let mut builder = GraphBuilder::new();
    let (a, b) = (builder.add(()), builder.add(()));
    builder.depend(b, a).expect_duration(a, Duration::MAX).expect_duration(b, Duration::MAX);
    let graph = builder.build().expect("the graph has no cycle");
    assert_eq!(graph.remaining(a), Duration::from_nanos(u64::MAX));
}

#[test]
fn an_empty_graph_is_done_at_once() {
    let graph = GraphBuilder::<()>::new().build().expect("the graph has no cycle");
    assert!(graph.is_empty());
    assert_eq!(graph.ids().len(), 0);
    assert_eq!(Run::new(&graph, Limits::new()).start_next(), Next::Done);
}
