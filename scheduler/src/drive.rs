//! A ready-made loop for callers that do not need their own.
//!
//! Starts no thread and never blocks: the executor does both, in its own way.

use crate::{
    answer::{Next, Outcome, Skip},
    id::{GroupId, NodeId},
    run::Run,
    state::Counts,
};

/// What happened to a node, or to the run, since the last report.
///
/// ```
/// # use probe_scheduler::{NodeId, Outcome, Report};
/// /// What a child process that ended with this code reports; 75 asks to be tried again later.
/// fn report(node: NodeId, exit_code: i32) -> Report {
///     match exit_code {
///         0 => Report::Finished(node, Outcome::Passed),
///         75 => Report::Parked(node),
///         _ => Report::Finished(node, Outcome::Failed),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Report {
    /// The node ended: [`Run::finish`].
    Finished(NodeId, Outcome),
    /// The node pauses and gives its slots back: [`Run::park`].
    Parked(NodeId),
    /// The parked node wants to go on: [`Run::wake`].
    Woken(NodeId),
    /// What the node made no longer exists: [`Run::revoke`].
    Revoked(NodeId),
    /// The group no longer restricts its members: [`Run::open`].
    Opened(GroupId),
    /// Start no more nodes: [`Run::cancel`].
    Cancel,
}

/// Runs the nodes that [`drive`] gives it.
///
/// ```
/// # use probe_scheduler::{Executor, NodeId, Outcome, Report};
/// # use std::sync::mpsc;
/// /// Hands every node to workers elsewhere, and takes their reports.
/// struct Remote {
///     work: mpsc::Sender<(NodeId, String)>,
///     reports: mpsc::Receiver<Report>,
/// }
///
/// impl Executor<String> for Remote {
///     fn start(&mut self, id: NodeId, command: &String) {
///         self.work.send((id, command.clone())).expect("the workers outlive the run");
///     }
///
///     fn wait(&mut self) -> Report {
///         self.reports.recv().expect("the workers outlive the run")
///     }
/// }
/// ```
pub trait Executor<T> {
    /// Starts a node. It may run elsewhere and report later. Or it may run at once and keep its
    /// report for the next [`wait`](Self::wait). `start` is called again for a node that was parked
    /// and woken.
    fn start(&mut self, id: NodeId, payload: &T);

    /// Waits for the next report. `drive` calls it only while a node runs or is parked, so there is
    /// always a next report.
    fn wait(&mut self) -> Report;

    /// Called for a node that never runs, because another node failed or was revoked. Does nothing
    /// by default.
    fn skipped(&mut self, skip: Skip) {
        let _ = skip;
    }

    /// Called for a node that never finishes, because the run was cancelled. Does nothing by
    /// default.
    fn cancelled(&mut self, id: NodeId) {
        let _ = id;
    }
}

/// Starts all nodes that can start, waits for a report, and repeats this until the run is done.
/// Returns how many nodes are in each state.
///
/// # Panics
///
/// If a report does not fit the state of its node; see [`Run::finish`], [`Run::park`],
/// [`Run::wake`] and [`Run::revoke`].
///
/// ```
/// # use probe_scheduler::{drive, Executor, GraphBuilder, Limits, NodeId, Outcome, Report, Run};
/// /// Runs every node here and now.
/// struct Inline(Vec<Report>);
///
/// impl Executor<fn() -> Outcome> for Inline {
///     fn start(&mut self, id: NodeId, work: &fn() -> Outcome) {
///         self.0.push(Report::Finished(id, work()));
///     }
///
///     fn wait(&mut self) -> Report {
///         self.0.pop().expect("whatever was started has left a report")
///     }
/// }
///
/// let mut graph = GraphBuilder::<fn() -> Outcome>::new();
/// let first = graph.add(|| Outcome::Failed);
/// let second = graph.add(|| unreachable!("the first one failed"));
/// graph.depend(second, first);
/// let graph = graph.build()?;
/// let counts = drive(&mut Run::new(&graph, Limits::new()), &mut Inline(Vec::new()));
/// assert_eq!(counts.to_string(), "1 failed, 1 blocked");
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
pub fn drive<T>(run: &mut Run<'_, T>, executor: &mut impl Executor<T>) -> Counts {
    loop {
        match run.start_next() {
            Next::Start(id) => executor.start(id, run.graph().payload(id)),
            Next::Wait => match executor.wait() {
                Report::Finished(id, outcome) => {
                    run.finish(id, outcome).into_iter().for_each(|skip| executor.skipped(skip));
                }
                Report::Parked(id) => {
                    run.park(id).into_iter().for_each(|id| executor.cancelled(id));
                }
                Report::Woken(id) => {
                    run.wake(id).into_iter().for_each(|skip| executor.skipped(skip));
                }
                Report::Revoked(id) => {
                    run.revoke(id).into_iter().for_each(|skip| executor.skipped(skip));
                }
                Report::Opened(group) => run.open(group),
                Report::Cancel => {
                    run.cancel().into_iter().for_each(|id| executor.cancelled(id));
                }
            },
            Next::Done => return run.counts(),
        }
    }
}
