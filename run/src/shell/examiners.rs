//! The threads that examine attempts, outside the tests' pool. Waiting, hashing and repairing delay neither the conductor nor a
//! worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Scope;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use probe_loader::{CommandFailure, CommandLine, Host, Observation};
use probe_process::LastLine;
use probe_scheduler::NodeId;

use super::importers::build;
use super::inbox::Post;
use super::means::Means;
use crate::conductor::{Case, Message};
use crate::verdict::{Audience, Search, Undeclared, examine};

/// The largest number of examinations at once. They wait or read a disk; more of them would only queue there.
const MOST: usize = 8;

/// The threads that examine: as many as there were cases at once, up to a limit.
pub(super) struct Examiners<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    means: Means<'env>,
    /// Searches for files that no library declares.
    search: &'env Search<'env>,
    post: Post,
    cases: (Sender<Box<Case>>, Receiver<Box<Case>>),
    threads: usize,
    open: Arc<AtomicUsize>,
}

impl<'scope, 'env> Examiners<'scope, 'env> {
    /// Starts without threads; each one starts when there is a case for it.
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        means: Means<'env>,
        search: &'env Search<'env>,
        post: Post,
    ) -> Self {
        Self { scope, means, search, post, cases: unbounded(), threads: 0, open: Arc::default() }
    }

    /// Examines an attempt on an idle thread, on a new thread, or when a thread is free.
    pub(super) fn start(&mut self, case: Box<Case>) {
        if self.open.fetch_add(1, Ordering::SeqCst) >= self.threads && self.threads < MOST {
            self.threads += 1;
            let (means, search) = (self.means, self.search);
            let (cases, post) = (self.cases.1.clone(), self.post.clone());
            let open = Arc::clone(&self.open);
            self.scope.spawn(move || examine_all(means, search, &cases, &post, &open));
        }
        self.cases.0.send(case).expect("this end holds a receiver");
    }
}

fn examine_all(
    means: Means<'_>,
    search: &Search<'_>,
    cases: &Receiver<Box<Case>>,
    post: &Post,
    open: &AtomicUsize,
) {
    for case in cases {
        let Case { unit, attempt, evidence } = *case;
        let examiner = Examiner { means, unit, post };
        // A case is closed exactly once, even after a panic.
        let examined = AssertUnwindSafe(|| {
            examine(means.stage.loader, &evidence, Some(search), &examiner, &examiner)
        });
        let finding = catch_unwind(examined).ok();
        open.fetch_sub(1, Ordering::SeqCst);
        post.send(Message::Examined { unit, attempt, finding });
    }
}

/// The loader's host while a library is repaired. It needs no place in a lane: a test that has already run needs the file, and
/// most repairs are copies from the store.
struct Examiner<'a> {
    means: Means<'a>,
    unit: NodeId,
    post: &'a Post,
}

impl Host for Examiner<'_> {
    fn cancelled(&self) -> bool {
        self.is_hurried()
    }

    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        // No reporter shows this command: the status is that of a test under examination.
        build(self.means, command, &LastLine::default(), self.post)
    }
}

impl Audience for Examiner<'_> {
    fn waits(&self, seen: &Observation, waited: Duration) {
        let path = seen.path.clone();
        self.post.send(Message::Awaited { unit: self.unit, path, waited });
    }

    fn retries_undeclared(&self) -> bool {
        self.means.stage.settings.races.undeclared == Undeclared::Retried
    }

    fn is_hurried(&self) -> bool {
        self.means.is_cancelled()
    }
}
