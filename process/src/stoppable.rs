//! A watch that the signals to probe stop by themselves, for commands that run outside a run. Does not know what they are.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use super::group_watch::GroupWatch;
use super::guardian::Charge;
use super::outside::Outside;
use super::signal::Signal;
use super::signals::{ENDING, Listener};

/// Passes a signal that tells probe to end on to every group under its watch; after a second one nobody waits for the
/// grace.
pub struct StoppableWatch {
    // In front, so that nobody listens any more when the watch ends.
    signals: Listener,
    watch: Arc<GroupWatch>,
    /// The last signal; 0 while there is none.
    told: Arc<AtomicI32>,
}

impl StoppableWatch {
    /// Watches, with a guardian for `charge`, and listens.
    ///
    /// # Errors
    ///
    /// When nobody can listen for signals.
    pub fn start(charge: Charge, outside: Outside) -> io::Result<Self> {
        let watch = Arc::new(GroupWatch::new(charge, outside));
        let told = Arc::new(AtomicI32::new(0));
        let (to_watch, to_tell) = (Arc::clone(&watch), Arc::clone(&told));
        let signals = Listener::start(ENDING, Arc::clone(&watch), move |signal| {
            let again = to_tell.swap(signal.number(), Ordering::SeqCst) != 0;
            to_watch.stop_all(if again { Signal::KILL } else { signal });
            true
        })?;
        Ok(Self { signals, watch, told })
    }

    /// What groups are put under.
    pub fn watch(&self) -> &GroupWatch {
        &self.watch
    }

    /// The signal that told probe to stop.
    pub fn stopped_by(&self) -> Option<Signal> {
        signal(&self.told)
    }

    /// Listens no longer, and says which signal told probe to stop.
    pub fn end(self) -> Option<Signal> {
        let Self { signals, watch, told } = self;
        drop((signals, watch));
        signal(&told)
    }
}

fn signal(told: &AtomicI32) -> Option<Signal> {
    Some(told.load(Ordering::SeqCst)).filter(|&signal| signal != 0).map(Signal::from_number)
}
