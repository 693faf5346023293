//! The words between a run and its caller: what to do next, how a node ended, and what follows for
//! others.
//!
//! Knows no rule: `run` has them.

use crate::id::NodeId;

/// How a node ended.
///
/// ```
/// # use probe_scheduler::Outcome;
/// let outcome_of = |succeeded| if succeeded { Outcome::Passed } else { Outcome::Failed };
/// assert_eq!(outcome_of(false), Outcome::Failed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Well: what waits for it may go on.
    Passed,
    /// Badly: what waits for it is blocked.
    Failed,
}

/// What the caller does now.
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Limits, Next, Outcome, Run};
/// let mut graph = GraphBuilder::new();
/// let node = graph.add(());
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new());
/// assert_eq!(run.start_next(), Next::Start(node));
/// assert_eq!(run.start_next(), Next::Wait);
/// run.finish(node, Outcome::Passed);
/// assert_eq!(run.start_next(), Next::Done);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Next {
    /// Start this node, and ask again.
    Start(NodeId),
    /// Nothing can start: report a [`finish`](crate::Run::finish), [`park`](crate::Run::park),
    /// [`wake`](crate::Run::wake), [`revoke`](crate::Run::revoke) or [`open`](crate::Run::open), then
    /// ask again.
    Wait,
    /// Every node is in a final state; it stays so, but for what is revoked.
    Done,
}

/// A node that never runs, because `because` failed or was revoked, which it depends on, directly or
/// through others.
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Limits, Outcome, Run};
/// let mut graph = GraphBuilder::new();
/// let [library, test, report] = ["library", "test", "report"].map(|name| graph.add(name));
/// graph.depend(test, library).depend(report, test);
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new());
/// run.start_next();
/// for skip in run.finish(library, Outcome::Failed) {
///     assert!(skip.node == test || skip.node == report);
///     assert_eq!(skip.because, library);
/// }
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Skip {
    /// The blocked node.
    pub node: NodeId,
    /// The node that failed or was revoked.
    pub because: NodeId,
}
