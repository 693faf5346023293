//! Signals to probe, heard by a thread of their own. Does not know what follows from them, but that a second one that tells
//! probe to end does end it.

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
/// The signals that tell probe to stop for a while (^Z), and to go on.
pub const JOB_CONTROL: [Signal; 2] = [Signal::TSTP, Signal::CONT];

/// Listens until it is dropped. There is one at a time.
#[derive(Debug)]
pub struct Listener {
    plug: system::Plug,
    thread: Option<JoinHandle<()>>,
    impatience: Arc<Impatience>,
}

impl Listener {
    /// From now on these signals do not do what they do by default, but `heard` is called with each, and says whether it was
    /// meant for this process: otherwise nothing follows from it. Whoever hears of it may be held up by a stream that takes nothing: then the groups under `watch` are told all the same, and a second signal
    /// to end ends the process.
    ///
    /// # Errors
    ///
    /// When the handlers cannot be installed.
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
            // The thread does nothing that panics.
            let _ = thread.join();
        }
    }
}

/// From now on signals to end do not end probe, since its caller has handlers of its own for them.
///
/// # Errors
///
/// When that cannot be arranged.
pub(crate) fn stay_alive() -> io::Result<()> {
    system::deafen(&ENDING, false)
}

/// From now on signals to end do what they do by default again.
pub(crate) fn be_mortal() {
    // This fails only for the first call of all, and then there is nothing to be undone.
    let _ = system::deafen(&ENDING, true);
}
