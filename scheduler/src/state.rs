//! The states of a node, the allowed transitions, and how many nodes are in each state.
//!
//! Does not know why a node changes its state: `run` decides, and this table allows.

use std::fmt;

/// The state of a node in a run.
///
/// | from | may become |
/// |---|---|
/// | `Waiting` | `Ready`, `Blocked`, `Cancelled` |
/// | `Ready` | `Running`, `Blocked` (a need was revoked), `Cancelled` |
/// | `Running` | `Parked`, `Passed`, `Failed`, `Cancelled` (parked in a cancelled run) |
/// | `Parked` | `Ready`, `Passed`, `Failed`, `Blocked` (a need was revoked), `Cancelled` |
/// | `Passed` | `Revoked`; it is final otherwise |
/// | `Failed`, `Blocked`, `Cancelled`, `Revoked` | nothing: they are final |
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Limits, Run, State};
/// let mut graph = GraphBuilder::new();
/// let [compile, test] = ["compile", "test"].map(|name| graph.add(name));
/// graph.depend(test, compile);
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new());
/// assert_eq!((run.state(compile), run.state(test)), (State::Ready, State::Waiting));
/// run.start_next();
/// run.park(compile);
/// assert_eq!(run.state(compile), State::Parked);
/// run.wake(compile);
/// assert_eq!(run.state(compile), State::Ready);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A need has not passed yet, or a node that it follows has not ended.
    Waiting,
    /// It waits for nothing but slots, a group, or its turn.
    Ready,
    /// [`Run::start_next`](crate::Run::start_next) returned it; it holds its slots and groups.
    Running,
    /// Started and unfinished; it holds no slots until it is woken.
    Parked,
    /// Finished with success.
    Passed,
    /// Finished with a failure: all its dependents are blocked.
    Failed,
    /// Never runs, because a node that it depends on failed or was revoked.
    Blocked,
    /// Never finishes, because the run was cancelled, or because no node waits for this on-demand
    /// node any more.
    Cancelled,
    /// Had passed, but what it made no longer exists: [`Run::revoke`](crate::Run::revoke).
    Revoked,
}

impl State {
    /// Every state, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Ready,
        Self::Running,
        Self::Parked,
        Self::Passed,
        Self::Failed,
        Self::Blocked,
        Self::Cancelled,
        Self::Revoked,
    ];

    /// Whether the node has ended: no other state follows, except that a passed node may be
    /// revoked.
    ///
    /// ```
    /// # use probe_scheduler::State;
    /// assert!(State::Blocked.is_final());
    /// assert!(!State::Parked.is_final());
    /// ```
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Passed | Self::Failed | Self::Blocked | Self::Cancelled | Self::Revoked
        )
    }

    pub(crate) const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Waiting => matches!(next, Self::Ready | Self::Blocked | Self::Cancelled),
            Self::Ready => matches!(next, Self::Running | Self::Blocked | Self::Cancelled),
            Self::Running => {
                matches!(next, Self::Parked | Self::Passed | Self::Failed | Self::Cancelled)
            }
            Self::Parked => {
                next.is_final() && !matches!(next, Self::Revoked) || matches!(next, Self::Ready)
            }
            Self::Passed => matches!(next, Self::Revoked),
            Self::Failed | Self::Blocked | Self::Cancelled | Self::Revoked => false,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
        })
    }
}

/// How many nodes of a run are in each [`State`].
///
/// ```
/// # use probe_scheduler::{GraphBuilder, Limits, Run, State};
/// let mut graph = GraphBuilder::new();
/// graph.add("test");
/// let graph = graph.build()?;
/// let mut run = Run::new(&graph, Limits::new());
/// assert_eq!(run.counts().of(State::Ready), 1);
/// assert_eq!(run.counts().to_string(), "1 ready");
/// run.start_next();
/// assert_eq!(run.counts().unfinished(), 1);
/// # Ok::<(), probe_scheduler::Cycle>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    by_state: [usize; State::ALL.len()],
}

impl Counts {
    pub(crate) fn all_waiting(nodes: usize) -> Self {
        let mut counts = Self::default();
        counts.by_state[State::Waiting as usize] = nodes;
        counts
    }

    /// Returns the number of nodes in `state`.
    pub fn of(&self, state: State) -> usize {
        self.by_state[state as usize]
    }

    /// Returns the number of nodes that are not in a final state.
    pub fn unfinished(&self) -> usize {
        State::ALL.into_iter().filter(|state| !state.is_final()).map(|state| self.of(state)).sum()
    }

    pub(crate) fn moved(&mut self, from: State, to: State) {
        self.by_state[from as usize] -= 1;
        self.by_state[to as usize] += 1;
    }
}

impl fmt::Display for Counts {
    /// Writes the counts that are not 0, in the order of [`State::ALL`], or `nothing`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for state in State::ALL.into_iter().filter(|&state| self.of(state) > 0) {
            write!(formatter, "{separator}{} {state}", self.of(state))?;
            separator = ", ";
        }
        if separator.is_empty() { formatter.write_str("nothing") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    /// The table of the documentation, row by row. All other transitions are forbidden.
    #[test]
    fn a_state_becomes_what_the_table_says_and_nothing_else() {
        use State::{Blocked, Cancelled, Failed, Parked, Passed, Ready, Revoked, Running, Waiting};
        let table: [(State, &[State]); 9] = [
            (Waiting, &[Ready, Blocked, Cancelled]),
            (Ready, &[Running, Blocked, Cancelled]),
            (Running, &[Parked, Passed, Failed, Cancelled]),
            (Parked, &[Ready, Passed, Failed, Blocked, Cancelled]),
            (Passed, &[Revoked]),
            (Failed, &[]),
            (Blocked, &[]),
            (Cancelled, &[]),
            (Revoked, &[]),
        ];
        assert_eq!(table.map(|(from, _)| from), State::ALL);
        for (from, allowed) in table {
            for next in State::ALL {
                assert_eq!(from.may_become(next), allowed.contains(&next), "{from} to {next}");
            }
            let ends = allowed.is_empty() || from == Passed;
            assert_eq!(from.is_final(), ends, "{from}");
        }
    }
}
