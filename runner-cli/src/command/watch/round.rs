//! One run while somebody may press a key. Does not know what runs next.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use crossbeam_channel::{Receiver, bounded, select};
use parking_lot::Mutex;
use probe_report::is_terminal;
use probe_run::{Event, Exit, Stop};

use super::{Watching, explain_keys};
use crate::args::ProgressArgument;
use crate::command::attending::Attendant;
use crate::command::changing::Asked;
use crate::command::run::once;
use crate::system::interrupt_myself;
use crate::ui::Failure;
use crate::watch::{Key, Terminal};

/// Stands by one run.
struct Bystander<'a> {
    terminal: Option<&'a Terminal>,
    /// Whether the screen is to be empty before it.
    clears: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the run hears of signals.
    is_running: bool,
    /// The key that is to end it.
    key: Option<Key>,
}

/// Runs these tests. A key that was pressed meanwhile has ended them.
pub(super) fn round(
    watching: &Watching<'_>,
    changed: &Asked,
    failed: bool,
    is_first: bool,
) -> (Result<Exit, Failure>, Option<Key>) {
    let bystander = Bystander {
        terminal: watching.terminal.as_ref(),
        clears: !is_first && can_clear(watching),
        state: Mutex::default(),
    };
    if let Some(terminal) = bystander.terminal {
        terminal.take();
    }
    let (over, is_over) = bounded(0);
    let ended = std::thread::scope(|threads| {
        threads.spawn(|| bystander.listen(&watching.keys.pressed, &is_over));
        let ended = once(watching.arguments, watching.environment, changed, failed, &bystander);
        drop(over);
        ended
    });
    let key = bystander.state.lock().key;
    (ended, key)
}

impl Bystander<'_> {
    /// Hears of keys until the run is over, or one ends it.
    fn listen(&self, keys: &Receiver<Key>, is_over: &Receiver<()>) {
        loop {
            let key = select! {
                recv(keys) -> key => key,
                recv(is_over) -> _ => return,
            };
            match key {
                Ok(Key::Help) => explain_keys(),
                Ok(key) => return self.end(key),
                // Nobody presses any more.
                Err(_) => drop(is_over.recv()),
            }
        }
    }

    /// Ends the run for a key.
    fn end(&self, key: Key) {
        let mut state = self.state.lock();
        state.key = Some(key);
        if state.is_running {
            interrupt_myself();
        } else if key == Key::Quit {
            // Suites may be listed for minutes, and that hears of it, too; whoever does not is ended by it.
            if let Some(terminal) = self.terminal {
                terminal.give_back();
            }
            interrupt_myself();
        }
    }
}

impl Attendant for Bystander<'_> {
    fn begins(&self) {
        if self.clears {
            // There is nowhere left to say that standard error is gone.
            let _ = io::stderr().write_all(b"\x1b[2J\x1b[H");
        }
    }

    fn hears(&self, event: &Event<'_>) {
        match event {
            Event::Started { .. } => {
                let mut state = self.state.lock();
                state.is_running = true;
                if state.key.is_some() {
                    interrupt_myself();
                }
            }
            Event::Ended(_) => self.state.lock().is_running = false,
            // A second signal ends the process at once.
            Event::Stopping(Stop::Signal(_)) | Event::Suspending => {
                self.terminal.into_iter().for_each(Terminal::give_back);
            }
            Event::Resumed => self.terminal.into_iter().for_each(Terminal::take),
            _ => {}
        }
    }
}

/// Whether standard error is a screen, and nobody keeps a log of it.
fn can_clear(watching: &Watching<'_>) -> bool {
    let is_plain = matches!(
        watching.arguments.progress.progress,
        ProgressArgument::Plain | ProgressArgument::None
    );
    let has_colours = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    is_terminal() && has_colours && !is_plain && !watching.environment.is_dumb()
}
