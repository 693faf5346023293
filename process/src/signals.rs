//! Receives signals to probe on a thread of its own. Does not know what follows from them, except that a second signal to end
//! does end probe.

#[cfg(unix)]
mod unix;

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

#[cfg(unix)]
use unix as system;

use crate::group_watch::GroupWatch;
use crate::impatience::Impatience;
use crate::signal::Signal;

/// The signals that tell probe to end.
pub const ENDING: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];
/// The signals that pause probe (^Z) and continue it.
pub const JOB_CONTROL: [Signal; 2] = [Signal::TSTP, Signal::CONT];

/// Listens until it is dropped. Only one exists at a time.
#[derive(Debug)]
pub struct Listener {
    plug: system::Plug,
    thread: Option<JoinHandle<()>>,
    impatience: Arc<Impatience>,
}

impl Listener {
    /// Replaces the default action of these signals: calls `heard` with each one. `heard` returns whether the signal was meant
    /// for this process; if not, nothing follows from it.
    ///
    /// A blocked stream may delay `heard`. Even then the groups under `watch` are told to end, and a second signal to end ends
    /// the process.
    ///
    /// # Errors
    ///
    /// Fails if the handlers cannot be installed.
    pub fn start(
        listened_to: impl IntoIterator<Item = Signal>,
        watch: Arc<GroupWatch>,
        heard: impl Fn(Signal) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let mut ear = system::Ear::open(listened_to)?;
        stay_alive()?;
        let plug = ear.plug();
        let impatience = Arc::new(Impatience::new(watch));
        let impatient = Arc::clone(&impatience);
        let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            while let Some(together) = ear.hear() {
                // Which of the two came first is not known, and one undoes the other.
                let undone = JOB_CONTROL.iter().all(|signal| together.contains(signal));
                let all = together.into_iter();
                for signal in all.filter(|signal| !(undone && JOB_CONTROL.contains(signal))) {
                    let is_meant = heard(signal);
                    if is_meant && ENDING.contains(&signal) {
                        impatient.told(signal);
                    }
                }
            }
        })?;
        Ok(Self { plug, thread: Some(thread), impatience })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        be_mortal();
        self.impatience.is_over();
        self.plug.close();
        if let Some(thread) = self.thread.take() {
            // The thread does nothing that can panic.
            let _ = thread.join();
        }
    }
}

/// Keeps signals to end from ending probe, because the caller has its own handlers for them.
///
/// # Errors
///
/// Fails if the handlers cannot be installed.
pub(crate) fn stay_alive() -> io::Result<()> {
    system::deafen(&ENDING, false)
}

/// Restores the default action of signals to end.
pub(crate) fn be_mortal() {
    // This fails only before the first handler is installed, and then there is nothing to undo.
    let _ = system::deafen(&ENDING, true);
}
