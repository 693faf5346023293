//! The threads that examine attempts, outside the pool of the tests: waiting, hashing and mending hold up neither the
//! conductor nor a worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::thread::Scope;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use probe_loader::{CommandFailure, CommandLine, Host, Observation};
use probe_process::LastLine;
use probe_scheduler::NodeId;

use super::Undeclared;
use super::evidence::Evidence;
use super::examine::{Audience, examine};
use super::strays::Search;
use crate::attempt::Attempt;
use crate::message::Message;
use crate::preload::Desk;

/// Examinations at once. They wait or read a disk; more of them would only queue there.
const MOST: usize = 8;

/// An attempt to be examined.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) unit: NodeId,
    pub(crate) attempt: Attempt,
    pub(crate) evidence: Evidence,
}

/// Threads that examine, as many as there have ever been cases at once, up to a limit.
pub(crate) struct Examiners<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    desk: Desk<'env>,
    /// What finds files that nobody declares, and what is done about them.
    strays: (&'env Search<'env>, Undeclared),
    cases: (Sender<Case>, Receiver<Case>),
    messages: Sender<Message>,
    threads: usize,
    open: usize,
}

impl<'scope, 'env> Examiners<'scope, 'env> {
    /// No threads yet; each starts when there is a case for it.
    pub(crate) fn new(
        scope: &'scope Scope<'scope, 'env>,
        desk: Desk<'env>,
        strays: (&'env Search<'env>, Undeclared),
        messages: Sender<Message>,
    ) -> Self {
        Self { scope, desk, strays, cases: unbounded(), messages, threads: 0, open: 0 }
    }

    /// Examines an attempt on an idle thread, on a new one, or when one has time.
    pub(crate) fn start(&mut self, case: Case) {
        self.open += 1;
        if self.open > self.threads && self.threads < MOST {
            self.threads += 1;
            let (desk, cases, messages) = (self.desk, self.cases.1.clone(), self.messages.clone());
            let strays = self.strays;
            self.scope.spawn(move || examine_all(desk, strays, &cases, &messages));
        }
        self.cases.0.send(case).expect("this end holds a receiver");
    }

    /// Counts a case that is closed.
    pub(crate) fn closed(&mut self) {
        self.open -= 1;
    }

    /// Whether a case is open.
    pub(crate) fn are_busy(&self) -> bool {
        self.open > 0
    }
}

fn examine_all(
    desk: Desk<'_>,
    (search, undeclared): (&Search<'_>, Undeclared),
    cases: &Receiver<Case>,
    messages: &Sender<Message>,
) {
    for Case { unit, attempt, evidence } in cases {
        let examiner = Examiner { desk, unit, messages, undeclared };
        // A case that was opened is closed exactly once, even by panic.
        let examined = AssertUnwindSafe(|| {
            examine(desk.loader, &evidence, Some(search), &examiner, &examiner)
        });
        let finding = catch_unwind(examined).ok();
        // The conductor outlives the examiners; if it has panicked, nobody is left to tell.
        let _ = messages.send(Message::Examined { unit, attempt, finding });
    }
}

/// The loader's host while a library is mended. It has no place in a lane: a mended file is needed by a test that has run
/// already, and most are copies from the store.
struct Examiner<'a> {
    desk: Desk<'a>,
    unit: NodeId,
    messages: &'a Sender<Message>,
    undeclared: Undeclared,
}

impl Host for Examiner<'_> {
    fn cancelled(&self) -> bool {
        self.is_hurried()
    }

    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        // Nobody follows it: it is a test that is examined.
        self.desk.run(command, &LastLine::default(), self.messages)
    }
}

impl Audience for Examiner<'_> {
    fn waits(&self, seen: &Observation, waited: Duration) {
        let path = seen.path.clone();
        let _ = self.messages.send(Message::Awaited { unit: self.unit, path, waited });
    }

    fn retries_undeclared(&self) -> bool {
        self.undeclared == Undeclared::Retried
    }

    fn is_hurried(&self) -> bool {
        self.desk.cancelled.load(Ordering::Relaxed)
    }
}
