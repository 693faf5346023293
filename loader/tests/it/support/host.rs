//! A host that writes down what it is told, and can be told to give up.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use probe_loader::{Host, ImportEvent};

/// Remembers events as words.
#[derive(Default)]
pub(crate) struct Listener {
    events: Mutex<Vec<String>>,
    cancelled: AtomicBool,
    /// Give up after the event that contains this.
    cancel_after: Option<&'static str>,
    /// Give up once this is there.
    cancel_at: Option<PathBuf>,
}

impl Listener {
    pub(crate) fn cancelling_after(word: &'static str) -> Self {
        Self { cancel_after: Some(word), ..Self::default() }
    }

    /// Gives up once `path` is there.
    pub(crate) fn cancelling_once(path: PathBuf) -> Self {
        Self { cancel_at: Some(path), ..Self::default() }
    }

    /// What was told, without progress.
    pub(crate) fn events(&self) -> Vec<String> {
        self.events.lock().clone()
    }

    fn note(&self, event: String) {
        if self.cancel_after.is_some_and(|word| event.contains(word)) {
            self.cancelled.store(true, Ordering::SeqCst);
        }
        self.events.lock().push(event);
    }
}

impl Host for Listener {
    fn tell(&self, event: &ImportEvent<'_>) {
        self.note(match event {
            ImportEvent::Waiting { holder, .. } => match holder {
                Some(holder) => format!("waiting for {}", holder.command),
                None => "waiting".to_owned(),
            },
            ImportEvent::Unlocked { .. } => "unlocked".to_owned(),
            ImportEvent::Attempt { number, .. } => format!("attempt {number}"),
            ImportEvent::Retrying { cause, .. } => format!("retrying: {cause}"),
            ImportEvent::Building { command, .. } => format!("building: {command}"),
            ImportEvent::MovedAside { aside, .. } => format!("moved aside: {aside}"),
            ImportEvent::Progress { .. } => {
                if self.cancel_after == Some("progress") {
                    self.cancelled.store(true, Ordering::SeqCst);
                }
                return;
            }
        });
    }

    fn release(&self) {
        self.note("release".to_owned());
    }

    fn acquire(&self) {
        self.note("acquire".to_owned());
    }

    fn cancelled(&self) -> bool {
        let is_time = self.cancel_at.as_ref().is_some_and(|path| path.exists());
        is_time || self.cancelled.load(Ordering::SeqCst)
    }
}
