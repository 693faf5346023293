//! Signal handlers, which belong to the whole process: once installed, they stay.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::iterator::{Handle, Signals};

use crate::signal::Signal;

/// Whether no listener exists. Then a signal to end has its default action; otherwise a signal between two listeners would be
/// lost.
static DEAF: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Receives signals.
pub(super) struct Ear(Signals);

/// Ends an [`Ear`].
#[derive(Debug)]
pub(super) struct Plug(Handle);

impl Ear {
    /// Replaces the default action of these signals.
    pub(super) fn open(signals: impl IntoIterator<Item = Signal>) -> io::Result<Self> {
        Signals::new(signals.into_iter().map(Signal::number)).map(Self)
    }

    pub(super) fn plug(&self) -> Plug {
        Plug(self.0.handle())
    }

    /// Blocks until signals arrive, and returns those that arrived together, in no particular order; `None` when the ear is
    /// plugged.
    pub(super) fn hear(&mut self) -> Option<Vec<Signal>> {
        (!self.0.is_closed()).then(|| self.0.wait().map(Signal::from_number).collect())
    }
}

impl Plug {
    pub(super) fn close(&self) {
        self.0.close();
    }
}

/// Restores the default action of these signals, or removes it again. Every call must have the same signals.
pub(super) fn deafen(to: &[Signal], deaf: bool) -> io::Result<()> {
    if let Some(is_deaf) = DEAF.get() {
        is_deaf.store(deaf, Ordering::SeqCst);
        return Ok(());
    }
    let is_deaf = DEAF.get_or_init(|| Arc::new(AtomicBool::new(deaf)));
    for signal in to {
        signal_hook::flag::register_conditional_default(signal.number(), Arc::clone(is_deaf))?;
    }
    Ok(())
}
