//! A watch that signals to probe stop directly, for commands outside a run. Does not know what the commands are.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use super::group_watch::GroupWatch;
use super::guardian::Charge;
use super::outside::Outside;
use super::signal::Signal;
use super::signals::{ENDING, Listener};

/// Passes a signal that tells probe to end on to every group under its watch. After a second signal the groups are killed
/// without waiting for their grace.
pub struct StoppableWatch {
    // First, so that the listener ends before the watch.
    signals: Listener,
    watch: Arc<GroupWatch>,
    /// The last signal; 0 if there was none.
    told: Arc<AtomicI32>,
}

impl StoppableWatch {
    /// Starts the watch, with a guardian for `charge`, and listens for signals.
    ///
    /// # Errors
    ///
    /// Fails if the signal handlers cannot be installed.
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

    /// The watch for groups.
    pub fn watch(&self) -> &GroupWatch {
        &self.watch
    }

    /// The signal that told probe to stop.
    pub fn stopped_by(&self) -> Option<Signal> {
        signal(&self.told)
    }

    /// Stops listening, and returns the signal that told probe to stop.
    pub fn end(self) -> Option<Signal> {
        let Self { signals, watch, told } = self;
        drop((signals, watch));
        signal(&told)
    }
}

fn signal(told: &AtomicI32) -> Option<Signal> {
    Some(told.load(Ordering::SeqCst)).filter(|&signal| signal != 0).map(Signal::from_number)
}
