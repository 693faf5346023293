//! Shapes that break what recurses or scans: very deep, very wide, and everything in one group.

use probe_scheduler::{
    Cycle, GraphBuilder, Group, Lane, Limits, Next, NodeId, Outcome, PlanBuilder, Run, State, TESTS,
};

/// Finishes every node as soon as it has started, and returns how many there were.
fn walk<T>(run: &mut Run<'_, T>) -> usize {
    let mut started = 0;
    loop {
        match run.start_next() {
            Next::Start(id) => {
                started += 1;
                run.finish(id, Outcome::Passed);
            }
            Next::Wait => panic!("nothing is left running"),
            Next::Done => return started,
        }
    }
}

fn chain(length: usize) -> (GraphBuilder<()>, Vec<NodeId>) {
    let mut builder = GraphBuilder::new();
    let nodes: Vec<NodeId> = (0..length).map(|_| builder.add(())).collect();
    for pair in nodes.windows(2) {
        builder.depend(pair[1], pair[0]);
    }
    (builder, nodes)
}

#[test]
fn a_chain_of_a_million_is_walked_link_by_link() -> Result<(), Cycle> {
    let (builder, nodes) = chain(1_000_000);
    let graph = builder.build()?;
    assert_eq!(graph.critical_path(), nodes);
    assert_eq!(graph.all_needs(nodes[999_999]).len(), 999_999);
    assert_eq!(walk(&mut Run::new(&graph, Limits::new())), 1_000_000);

    let mut run = Run::new(&graph, Limits::new());
    assert_eq!(run.start_next(), Next::Start(nodes[0]));
    assert_eq!(run.finish(nodes[0], Outcome::Failed).len(), 999_999);
    assert_eq!(run.start_next(), Next::Done);
    Ok(())
}

#[test]
fn a_cycle_of_a_million_is_found_whole() {
    let (mut builder, nodes) = chain(1_000_000);
    builder.depend(nodes[0], nodes[999_999]);
    assert_eq!(builder.build().expect_err("it is a cycle").nodes().len(), 1_000_000);
}

#[test]
fn a_preload_frees_or_blocks_200_000_dependents() -> Result<(), Cycle> {
    const DEPENDENTS: usize = 200_000;
    let mut plan = PlanBuilder::new();
    let library = plan.library("library", || ());
    for _ in 0..DEPENDENTS {
        let test = plan.test(());
        plan.need(test, library);
    }
    let plan = plan.build()?;
    assert_eq!(walk(&mut Run::new(plan.graph(), Limits::new().lane(TESTS, 8))), DEPENDENTS + 1);

    let mut run = Run::new(plan.graph(), Limits::new());
    assert_eq!(run.start_next(), Next::Start(library.node()));
    let skips = run.finish(library.node(), Outcome::Failed);
    assert_eq!(skips.len(), DEPENDENTS);
    assert!(skips.iter().all(|skip| skip.because == library.node()));
    assert_eq!(run.counts().of(State::Blocked), DEPENDENTS);
    assert_eq!(run.start_next(), Next::Done);
    Ok(())
}

#[test]
fn two_layers_of_a_thousand_with_every_edge_between_them() -> Result<(), Cycle> {
    const WIDTH: usize = 1_000;
    let mut builder = GraphBuilder::new();
    let layers = [(); 2].map(|()| (0..WIDTH).map(|_| builder.add(())).collect::<Vec<_>>());
    for &lower in &layers[1] {
        for &upper in &layers[0] {
            builder.depend(lower, upper);
        }
    }
    let graph = builder.build()?;
    assert_eq!(graph.needs(layers[1][0]), layers[0]);
    assert_eq!(walk(&mut Run::new(&graph, Limits::new())), 2 * WIDTH);
    Ok(())
}

#[test]
fn a_gate_before_100_000_opens_once() -> Result<(), Cycle> {
    let mut builder = GraphBuilder::new();
    let gate = builder.add_group(Group::Leader);
    for _ in 0..100_000 {
        let node = builder.add(());
        builder.group(node, gate);
    }
    let graph = builder.build()?;
    let mut run = Run::new(&graph, Limits::new());
    let Next::Start(leader) = run.start_next() else { panic!("the leader starts") };
    assert_eq!(run.start_next(), Next::Wait);
    run.finish(leader, Outcome::Passed);
    assert_eq!(walk(&mut run), 99_999);
    Ok(())
}

#[test]
fn as_many_lanes_as_there_are_names_for() -> Result<(), Cycle> {
    let mut builder = GraphBuilder::new();
    let nodes: Vec<NodeId> = (0..=u8::MAX).map(|_| builder.add(())).collect();
    let limits = nodes.iter().zip(0..=u8::MAX).fold(Limits::new(), |limits, (&node, lane)| {
        builder.lane(node, Lane(lane));
        limits.lane(Lane(lane), 1)
    });
    let graph = builder.build()?;
    let mut run = Run::new(&graph, limits);
    for &node in &nodes {
        assert_eq!(run.start_next(), Next::Start(node));
    }
    assert_eq!(run.start_next(), Next::Wait);
    Ok(())
}
