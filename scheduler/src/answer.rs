//! What a run and its caller tell each other: what to do next, how a node ended, and which other
//! nodes that blocks.
//!
//! Contains no rules: they are in `run`.

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
    /// The node succeeded: its dependents may start.
    Passed,
    /// The node failed: its dependents are blocked.
    Failed,
}

/// What the caller must do now.
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
    /// Start this node, then call again.
    Start(NodeId),
    /// No node can start: report a [`finish`](crate::Run::finish), [`park`](crate::Run::park),
    /// [`wake`](crate::Run::wake), [`revoke`](crate::Run::revoke) or [`open`](crate::Run::open),
    /// then call again.
    Wait,
    /// Every node is in a final state. Only a revocation can still change one.
    Done,
}

/// A node that never runs, because it depends on `because`, directly or indirectly, and that node
/// failed or was revoked.
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
