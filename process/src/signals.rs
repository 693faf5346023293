//! Signals to probe, heard by a thread of their own. Does not know what follows from them, but that a second one that tells
//! probe to end does end it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use signal_hook::iterator::{Handle, Signals};

use super::impatience::Impatience;
use super::signal::Signal;
use super::watch::Watch;

/// The signals that tell probe to end.
pub const ENDING: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];
/// The signals that tell probe to stop for a while (^Z), and to go on.
pub const JOB_CONTROL: [Signal; 2] = [Signal::TSTP, Signal::CONT];

/// Whether nobody listens: then a signal to end does what it does by default. Handlers are the process's own, and once
/// there, they stay; without this a signal between two listeners would be lost.
static DEAF: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Listens until it is dropped. There is one at a time.
#[derive(Debug)]
pub struct Listener {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
    impatience: Arc<Impatience>,
}

impl Listener {
    /// From now on these signals do not do what they do by default, but `heard` is called with each. Whoever hears of it may
    /// be held up by a stream that takes nothing: then the groups under `watch` are told all the same, and a second signal
    /// to end ends the process.
    ///
    /// # Errors
    ///
    /// When the handlers cannot be installed.
    pub fn start(
        listened_to: impl IntoIterator<Item = Signal>,
        watch: Arc<Watch>,
        heard: impl Fn(Signal) + Send + 'static,
    ) -> io::Result<Self> {
        let mut signals = Signals::new(listened_to.into_iter().map(Signal::number))?;
        deafen(false)?;
        let handle = signals.handle();
        let impatience = Arc::new(Impatience::new(watch));
        let impatient = Arc::clone(&impatience);
        let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            while !signals.is_closed() {
                let together: Vec<Signal> = signals.wait().map(Signal::from_number).collect();
                // Which of the two came first is not known, and one undoes the other.
                let undone = JOB_CONTROL.iter().all(|signal| together.contains(signal));
                let all = together.into_iter();
                for signal in all.filter(|signal| !(undone && JOB_CONTROL.contains(signal))) {
                    heard(signal);
                    if ENDING.contains(&signal) {
                        impatient.told(signal);
                    }
                }
            }
        })?;
        Ok(Self { handle, thread: Some(thread), impatience })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // This fails only for the first one, and then there is no listener.
        let _ = deafen(true);
        self.impatience.is_over();
        self.handle.close();
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
pub fn stay_alive() -> io::Result<()> {
    deafen(false)
}

/// From now on signals to end do what they do by default again.
pub fn be_mortal() {
    // This fails only for the first one, and then there is nothing to be undone.
    let _ = deafen(true);
}

/// From now on signals to end do what they do by default, or not.
fn deafen(deaf: bool) -> io::Result<()> {
    if let Some(is_deaf) = DEAF.get() {
        is_deaf.store(deaf, Ordering::SeqCst);
        return Ok(());
    }
    let is_deaf = DEAF.get_or_init(|| Arc::new(AtomicBool::new(deaf)));
    for signal in ENDING {
        signal_hook::flag::register_conditional_default(signal.number(), Arc::clone(is_deaf))?;
    }
    Ok(())
}
