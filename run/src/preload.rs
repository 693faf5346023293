//! The threads that import libraries, outside the pool of the tests, and what the loader asks of its host.
//!
//! An import that waits gives its place in the preload lane away and asks for it again; both go through the conductor,
//! which alone knows the lanes. Knows nothing of tests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
use probe_loader::{
    Aside, CommandEnd, CommandFailure, CommandLimits, CommandLine, Holder, Host, ImportError,
    ImportSpec, Imported, Loader,
};
use probe_process::{
    Build, Built, Capture, CommandSpec, DETACHED, EndedBy, GroupWatch, LastLine, ProcessEnd,
    TimeLimits, find_program, supervise_build,
};
use probe_scenario::LibraryId;
use probe_scheduler::NodeId;

use crate::message::Message;
use crate::stage::Machine;
use crate::verdict::Watched;

/// From one word about the bytes that have arrived to the next: as often as an eye follows a number.
const PROGRESS: Duration = Duration::from_millis(100);

/// An import that is to start now.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) unit: NodeId,
    pub(crate) id: LibraryId,
    pub(crate) library: ImportSpec,
}

/// What an import says while it runs.
#[derive(Debug)]
pub(crate) enum Said {
    /// It runs this command, and this is what that said last.
    Building(String, Arc<LastLine>),
    /// It downloads or copies from there.
    Fetching(String),
    /// So many bytes have arrived, of how many if that is known.
    Transferred { bytes: u64, total: Option<u64> },
    /// It has waited for another import for a while.
    Waiting { holder: Option<Holder>, waited: Duration },
    /// Something was in the way, and is elsewhere now.
    MovedAside(Aside),
    /// An attempt failed; another follows.
    Retrying { cause: String, delay: Duration },
    /// It gives its place in the lane away.
    Released,
    /// It waits for a place, and goes on when this channel gives one.
    Wants(Sender<()>),
    /// It is over.
    Ended { result: Result<(Imported, Arc<Watched>), ImportError>, took: Duration },
    /// The loader panicked.
    Panicked,
}

/// What every import works with.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) loader: &'a Loader,
    pub(crate) watch: &'a GroupWatch,
    pub(crate) spool: &'a Path,
    /// Nobody needs the imports any more.
    pub(crate) cancelled: &'a AtomicBool,
    /// From SIGTERM to SIGKILL for a library's command.
    pub(crate) grace: Duration,
    /// What a library's command gets of it.
    pub(crate) machine: &'a Machine,
}

/// Threads that import, as many as there have ever been imports at once.
pub(crate) struct Importers<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    desk: Desk<'env>,
    imports: (Sender<Import>, Receiver<Import>),
    messages: Sender<Message>,
    threads: usize,
    busy: usize,
}

impl<'scope, 'env> Importers<'scope, 'env> {
    /// No threads yet; each starts when there is an import for it.
    pub(crate) fn new(
        scope: &'scope Scope<'scope, 'env>,
        desk: Desk<'env>,
        messages: Sender<Message>,
    ) -> Self {
        Self { scope, desk, imports: crossbeam_channel::unbounded(), messages, threads: 0, busy: 0 }
    }

    /// Starts an import on an idle thread, or on a new one.
    pub(crate) fn start(&mut self, import: Import) {
        self.busy += 1;
        if self.busy > self.threads {
            self.threads += 1;
            let (desk, imports, messages) =
                (self.desk, self.imports.1.clone(), self.messages.clone());
            self.scope.spawn(move || import_all(desk, &imports, &messages));
        }
        self.imports.0.send(import).expect("this end holds a receiver");
    }

    /// Counts an import that has ended.
    pub(crate) fn ended(&mut self) {
        self.busy -= 1;
    }
}

fn import_all(desk: Desk<'_>, imports: &Receiver<Import>, messages: &Sender<Message>) {
    for Import { unit, id, library } in imports {
        let caller = Caller {
            desk,
            unit,
            messages,
            started: Instant::now(),
            transferred: Mutex::default(),
            last: Arc::default(),
        };
        caller.say(ended(caller.started, || {
            let imported = desk.loader.import(&library, &caller)?;
            let watched = Watched::new(desk.loader, id, library);
            Ok((imported, Arc::new(watched)))
        }));
    }
}

/// How an import ends that began at `started`: exactly once, even by panic, and its thread lives on for the next one.
fn ended(
    started: Instant,
    import: impl FnOnce() -> Result<(Imported, Arc<Watched>), ImportError>,
) -> Said {
    match catch_unwind(AssertUnwindSafe(import)) {
        Ok(result) => Said::Ended { result, took: started.elapsed() },
        Err(_) => Said::Panicked,
    }
}

/// The loader's host for one import.
struct Caller<'a> {
    desk: Desk<'a>,
    unit: NodeId,
    messages: &'a Sender<Message>,
    started: Instant,
    /// When bytes were last told of.
    transferred: Mutex<Option<Instant>>,
    /// What its command said last.
    last: Arc<LastLine>,
}

impl Caller<'_> {
    fn say(&self, said: Said) {
        // The conductor outlives the imports; if it has panicked, nobody is left to tell.
        let _ = self.messages.send(Message::Preload { unit: self.unit, said });
    }

    /// Tells of bytes, unless it has done so just now.
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
        let (go, may_go) = bounded(1);
        self.say(Said::Wants(go));
        // An error means that the conductor is gone, and with it the lane.
        let _ = may_go.recv();
    }

    fn cancelled(&self) -> bool {
        self.desk.cancelled.load(Ordering::Relaxed)
    }

    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        self.desk.run(command, &self.last, self.messages)
    }
}

impl Desk<'_> {
    /// Runs a library's command to its end, under the watch. What it leaves in its group is killed, and told of in a message.
    pub(crate) fn run(
        &self,
        command: &CommandLine,
        last: &LastLine,
        messages: &Sender<Message>,
    ) -> Result<(), CommandFailure> {
        let not_started = |reason: String| CommandFailure {
            end: CommandEnd::NotStarted(reason),
            output: String::new(),
        };
        let program =
            find_program(command.program.as_os_str(), &command.cwd, self.machine.path.as_deref())
                .map_err(|error| not_started(error.to_string()))?;
        let mut env = command.env.clone().unwrap_or_default();
        // A compiler's server, say, goes on serving when the run is over.
        env.push((DETACHED.into(), "1".into()));
        let spec = CommandSpec {
            program,
            args: command.args.clone(),
            env,
            cwd: command.cwd.clone(),
            limits: TimeLimits { timeout: command.limits.timeout, grace: self.grace },
            capture: Capture::Split,
            withheld: self.machine.withheld.clone(),
            sought: None,
            most: None,
        };
        let CommandLimits { timeout, silence } = command.limits;
        let Built { ended, was_silent } =
            supervise_build(&spec, self.spool, self.watch, Build { silence, last })
                .map_err(|error| not_started(error.to_string()))?;
        if !ended.left.is_empty() {
            let (command, left) = (command.to_string(), ended.left);
            // As in `say`.
            let _ = messages.send(Message::CommandLeft { command, left });
        }
        let end = match (ended.ended_by, ended.end) {
            (None, ProcessEnd::Exited(0)) => return Ok(()),
            (Some(EndedBy::Timeout(_)), _) if was_silent => {
                CommandEnd::Silent(silence.expect("only what has a limit runs into it"))
            }
            (Some(EndedBy::Timeout(_)), _) => {
                CommandEnd::TimedOut(timeout.expect("only what has a limit runs into it"))
            }
            (Some(EndedBy::Interrupted), _) => CommandEnd::Stopped,
            (Some(EndedBy::Terminal(signal)), _) => {
                let why = "it wanted the terminal, which is probe's: have it ask nothing, or run it by hand once";
                let output = format!("{}\n{why}", ended.output.last_words());
                let output = output.trim_start().to_owned();
                return Err(CommandFailure { end: CommandEnd::Killed(signal.number()), output });
            }
            (None, ProcessEnd::Exited(code)) => CommandEnd::Exited(code),
            (None, ProcessEnd::Killed(signal)) => CommandEnd::Killed(signal.number()),
        };
        Err(CommandFailure { end, output: ended.output.last_words() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_panics_has_ended_and_takes_no_thread_with_it() {
        let said = ended(Instant::now(), || panic!("a bug of the loader's"));
        assert!(matches!(said, Said::Panicked), "{said:?}");
    }
}
