//! The threads that import libraries, outside the tests' pool, and what the loader asks of its host.
//!
//! An import that waits gives up its place in the preload lane and asks for it again later. Both go through the conductor,
//! because only the conductor knows the lanes. Knows nothing of tests.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use parking_lot::Mutex;
use probe_loader::{CommandEnd, CommandFailure, CommandLine, Host, ImportError, Imported};
use probe_process::LastLine;
use probe_scenario::LibraryId;
use probe_scheduler::NodeId;

use super::inbox::Post;
use super::means::Means;
use crate::conductor::{Import, Message, Said};
use crate::import_failure::ImportFailure;
use crate::verdict::Watched;

/// The time between reports of bytes: as often as an eye follows a number.
const PROGRESS: Duration = Duration::from_millis(100);

/// The threads that import: as many as there were imports at once.
pub(super) struct Importers<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    means: Means<'env>,
    post: Post,
    imports: (Sender<Errand>, Receiver<Errand>),
    /// Continues imports that wait for a place in their lane; `None` once all of them may continue.
    places: Option<BTreeMap<NodeId, Sender<()>>>,
    threads: usize,
    busy: Arc<AtomicUsize>,
}

/// An import, and the channel on which it waits for a place in its lane.
struct Errand {
    import: Import,
    may_go_on: Receiver<()>,
}

impl<'scope, 'env> Importers<'scope, 'env> {
    /// Starts without threads; each one starts when there is an import for it.
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, means: Means<'env>, post: Post) -> Self {
        let (imports, places) = (unbounded(), Some(BTreeMap::new()));
        Self { scope, means, post, imports, places, threads: 0, busy: Arc::default() }
    }

    /// Starts an import on an idle thread, or on a new one.
    pub(super) fn start(&mut self, import: Import) {
        // A thread that has just reported the end of its import takes the next one at once.
        if self.busy.fetch_add(1, Ordering::SeqCst) >= self.threads {
            self.threads += 1;
            let (means, imports, post) = (self.means, self.imports.1.clone(), self.post.clone());
            let busy = Arc::clone(&self.busy);
            self.scope.spawn(move || import_all(means, &imports, &post, &busy));
        }
        let (go_on, may_go_on) = bounded(1);
        if let Some(places) = &mut self.places {
            places.insert(import.unit, go_on);
        }
        self.imports.0.send(Errand { import, may_go_on }).expect("this end holds a receiver");
    }

    /// Gives an import its place in the lane again. If it ended meanwhile, its own message says so.
    pub(super) fn go_on(&self, unit: NodeId) {
        if let Some(go_on) = self.places.as_ref().and_then(|places| places.get(&unit)) {
            let _ = go_on.try_send(());
        }
    }

    /// Lets all imports continue without a place: the lanes are free.
    pub(super) fn let_all_go_on(&mut self) {
        self.places = None;
    }
}

fn import_all(means: Means<'_>, imports: &Receiver<Errand>, post: &Post, busy: &AtomicUsize) {
    for Errand { import: Import { unit, library, places }, may_go_on } in imports {
        let caller = Caller {
            means,
            unit,
            post,
            may_go_on,
            started: Instant::now(),
            transferred: Mutex::default(),
            last: Arc::default(),
        };
        let said = ended(caller.started, || {
            let stage = means.stage;
            if let Some(command) = stage.provider.check(library) {
                let result = build(means, &command, &caller.last, post);
                return match result {
                    // The result of a stopped check is not known.
                    Err(CommandFailure { end: CommandEnd::Stopped, .. }) => {
                        Err(ImportFailure::stopped())
                    }
                    result => Ok(Came::Checked(result.is_ok().then_some(command.cwd))),
                };
            }
            let asked = stage.provider.import(library, &|id| places.of(id));
            let imported = stage.loader.import(&asked, &caller);
            let imported = imported.map_err(|error| failure(means, library, &error))?;
            means.shelf.put(Arc::new(Watched::new(stage.loader, library, asked)));
            Ok(Came::Imported(imported))
        });
        busy.fetch_sub(1, Ordering::SeqCst);
        caller.say(said);
    }
}

/// Why a library could not be prepared, with the help that only the provider has.
fn failure(means: Means<'_>, library: LibraryId, error: &ImportError) -> ImportFailure {
    let way_out = means.stage.provider.way_out(library, error.cause());
    let failure = ImportFailure::from(error);
    ImportFailure { help: way_out.or(failure.help), ..failure }
}

/// The result of an import.
enum Came {
    Imported(Imported),
    /// It was a check. If it found no errors, this has the directory in which it ran.
    Checked(Option<PathBuf>),
}

/// Reports the end of an import that began at `started`: exactly once, even after a panic, so that its thread can do the next
/// one.
fn ended(started: Instant, import: impl FnOnce() -> Result<Came, ImportFailure>) -> Said {
    let took = || started.elapsed();
    match catch_unwind(AssertUnwindSafe(import)) {
        Ok(Ok(Came::Checked(clean))) => Said::Checked { clean, took: took() },
        Ok(Ok(Came::Imported(imported))) => Said::Ended { result: Ok(imported), took: took() },
        Ok(Err(failure)) => Said::Ended { result: Err(failure), took: took() },
        Err(_) => Said::Ended { result: Err(ImportFailure::panicked()), took: Duration::ZERO },
    }
}

/// The loader's host for one import.
struct Caller<'a> {
    means: Means<'a>,
    unit: NodeId,
    post: &'a Post,
    may_go_on: Receiver<()>,
    started: Instant,
    /// When bytes were last reported.
    transferred: Mutex<Option<Instant>>,
    /// The last line of its command.
    last: Arc<LastLine>,
}

impl Caller<'_> {
    fn say(&self, said: Said) {
        self.post.send(Message::Import { unit: self.unit, said });
    }

    /// Reports bytes, unless it has just done so.
    fn transferred(&self, bytes: u64, total: Option<u64>) {
        let mut last = self.transferred.lock();
        let now = Instant::now();
        if last.is_none_or(|last| now - last >= PROGRESS) {
            *last = Some(now);
            self.say(Said::Transferred { bytes, total });
        }
    }
}

impl Host for Caller<'_> {
    fn tell(&self, event: &probe_loader::ImportEvent<'_>) {
        use probe_loader::ImportEvent;
        match *event {
            ImportEvent::Waiting { holder, .. } => {
                self.say(Said::Waiting { holder: holder.cloned(), waited: self.started.elapsed() });
            }
            ImportEvent::Attempt { origin, number: 1, .. } => {
                self.say(Said::Fetching(origin.to_owned()));
            }
            ImportEvent::Progress { bytes, total, .. } => self.transferred(bytes, total),
            ImportEvent::Retrying { cause, delay, .. } => {
                self.say(Said::Retrying { cause: cause.to_owned(), delay });
            }
            ImportEvent::MovedAside { aside, .. } => self.say(Said::MovedAside(aside.clone())),
            ImportEvent::Building { command, .. } => {
                self.say(Said::Building(command.to_string(), Arc::clone(&self.last)));
            }
            _ => {}
        }
    }

    fn release(&self) {
        self.say(Said::Released);
    }

    fn acquire(&self) {
        self.say(Said::Wants);
        // An error means that no import waits for a place any more, or that the conductor is gone.
        let _ = self.may_go_on.recv();
    }

    fn cancelled(&self) -> bool {
        self.means.is_cancelled()
    }

    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        build(self.means, command, &self.last, self.post)
    }
}

/// Runs a library's command to its end, and reports what it leaves behind.
pub(super) fn build(
    means: Means<'_>,
    command: &CommandLine,
    last: &LastLine,
    post: &Post,
) -> Result<(), CommandFailure> {
    let built = means.engine.build(command, last);
    if !built.left.is_empty() {
        post.send(Message::CommandLeft { command: command.to_string(), left: built.left });
    }
    built.result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_panics_has_ended_and_takes_no_thread_with_it() {
        let said = ended(Instant::now(), || panic!("a bug of the loader's"));
        assert!(matches!(said, Said::Ended { result: Err(_), .. }), "{said:?}");
    }
}
