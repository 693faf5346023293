//! A dependency graph, and a state machine that walks it in parallel. The state machine says which
//! nodes may start now, which are blocked, and which failure blocks them.
//!
//! The crate was made for test runs that share libraries; [`PlanBuilder`] explains the idea. It
//! works for any tasks with dependencies. It has no dependencies, and uses no clock, threads,
//! files, environment or randomness. The caller starts the nodes that it gets and reports how they
//! ended. So it works the same with threads, rayon, async tasks or a simulated clock.
//!
//! 1. Build a [`Graph`] with a [`GraphBuilder`], or a [`Plan`] of libraries and tests with a
//!    [`PlanBuilder`].
//! 2. Make a [`Run`] of it, with [`Limits`] for its lanes.
//! 3. Loop: [`Run::start_next`] returns the node to start; [`Run::finish`] takes its outcome. Or
//!    let [`drive`] run the loop.
//!
//! ```
//! use probe_scheduler::{GraphBuilder, Limits, Next, Outcome, Run, State};
//!
//! let mut graph = GraphBuilder::new();
//! let egg = graph.add("boil an egg");
//! let toast = graph.add("make toast");
//! let eat = graph.add("eat");
//! graph.depend(eat, egg).depend(eat, toast);
//! let graph = graph.build()?;
//!
//! let mut run = Run::new(&graph, Limits::new());
//! let mut done = Vec::new();
//! loop {
//!     match run.start_next() {
//!         Next::Start(node) => {
//!             done.push(graph[node]);
//!             run.finish(node, Outcome::Passed);
//!         }
//!         Next::Wait => unreachable!("nothing runs elsewhere"),
//!         Next::Done => break,
//!     }
//! }
//! assert_eq!(done, ["boil an egg", "make toast", "eat"]);
//! assert_eq!(run.counts().of(State::Passed), 3);
//! # Ok::<(), probe_scheduler::Cycle>(())
//! ```
//!
//! # In async code
//!
//! The loop stays the same and waits for the future that ends first. Nothing borrows the run during
//! the wait.
//!
//! ```
//! use futures::{executor::block_on, stream::{FuturesUnordered, StreamExt}};
//! use probe_scheduler::{Counts, Graph, GraphBuilder, Lane, Limits, Next, Outcome, Run};
//!
//! async fn check(name: &str) -> Outcome {
//!     if name.is_empty() { Outcome::Failed } else { Outcome::Passed }
//! }
//!
//! async fn walk(graph: &Graph<&str>) -> Counts {
//!     let mut run = Run::new(graph, Limits::new().lane(Lane(0), 4));
//!     let mut running = FuturesUnordered::new();
//!     loop {
//!         match run.start_next() {
//!             Next::Start(node) => running.push(async move { (node, check(graph[node]).await) }),
//!             Next::Wait => {
//!                 let (node, outcome) = running.next().await.expect("something runs meanwhile");
//!                 run.finish(node, outcome);
//!             }
//!             Next::Done => return run.counts(),
//!         }
//!     }
//! }
//!
//! let mut graph = GraphBuilder::new();
//! let [first, second] = ["first", "second"].map(|name| graph.add(name));
//! graph.depend(second, first);
//! assert_eq!(block_on(walk(&graph.build()?)).to_string(), "2 passed");
//! # Ok::<(), probe_scheduler::Cycle>(())
//! ```

#![forbid(unsafe_code)]

mod adjacency;
mod admission;
mod answer;
mod builder;
mod cycle;
mod demand;
mod drive;
mod forecast;
mod graph;
mod id;
mod limits;
mod plan;
mod priority;
mod run;
mod state;

#[cfg(doctest)]
#[doc = include_str!("../../docs/scheduler.md")]
struct Book;

pub use crate::{
    answer::{Next, Outcome, Skip},
    builder::{DEFAULT_EXPECTED, GraphBuilder},
    cycle::Cycle,
    drive::{Executor, Report, drive},
    forecast::Forecast,
    graph::Graph,
    id::{GroupId, Lane, NodeId},
    limits::{Group, Limits, Slots},
    plan::{PRELOADS, Plan, PlanBuilder, PreloadId, TESTS, TestId, Unit, UnitId},
    run::Run,
    state::{Counts, State},
};
