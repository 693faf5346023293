//! Reads graphs and runs from short text, so that a test is a table of inputs and expectations.

use std::collections::BTreeMap;

use probe_scheduler::{Graph, GraphBuilder, Next, NodeId, Outcome, Run};

/// A graph whose payloads are the names.
pub(crate) type Named = Graph<&'static str>;

/// The graph of the lines `name: need need`; a line may leave out the colon. Nodes are added in the
/// order of the lines.
pub(crate) fn builder(
    lines: &'static str,
) -> (GraphBuilder<&'static str>, BTreeMap<&'static str, NodeId>) {
    let mut graph = GraphBuilder::new();
    let rows: Vec<(&str, &str)> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.split_once(':').unwrap_or((line, "")))
        .collect();
    let ids: BTreeMap<_, _> = rows.iter().map(|&(name, _)| (name, graph.add(name))).collect();
    for (name, needs) in rows {
        for need in needs.split_whitespace() {
            graph.depend(ids[name], ids[need]);
        }
    }
    (graph, ids)
}

/// The finished graph of [`builder`], for graphs that need no attributes.
pub(crate) fn graph(lines: &'static str) -> (Named, BTreeMap<&'static str, NodeId>) {
    let (builder, ids) = builder(lines);
    (builder.build().expect("the graph of the test has no cycle"), ids)
}

/// Everything that can start now, by name, and then `wait` or `done`.
pub(crate) fn start_all(run: &mut Run<'_, &'static str>) -> String {
    let mut log = Vec::new();
    loop {
        match run.start_next() {
            Next::Start(id) => log.push(run.graph()[id]),
            Next::Wait => return [log, vec!["wait"]].concat().join(" "),
            Next::Done => return [log, vec!["done"]].concat().join(" "),
        }
    }
}

/// Finishes a node and says who is blocked by it: `blocked<failed`, in order.
pub(crate) fn finish(run: &mut Run<'_, &'static str>, id: NodeId, outcome: Outcome) -> String {
    let skips = run.finish(id, outcome);
    let graph = run.graph();
    let skips = skips.iter().map(|skip| format!("{}<{}", graph[skip.node], graph[skip.because]));
    skips.collect::<Vec<_>>().join(" ")
}
