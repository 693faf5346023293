//! Watches all running groups. Only this module decides to end a group.
//!
//! A worker registers the group that it started, and then blocks until the group's leader ends. One thread here sleeps until
//! the next deadline and signals the groups that are due. Signals to probe also reach the groups through here. While probe is
//! paused, so are the groups and their timeouts. A group stays registered until just before its leader is reaped, so a signal
//! never reaches another process with the same number, and the guardian knows of the group until then. Does not know what the
//! groups run, nor who started them.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::group::Group;
use super::guardian::{Charge, Guardian, Ward};
use super::limits::{AtStop, EndedBy, TimeLimits};
use super::outside::Outside;
use super::process_id::ProcessId;
use super::signal::Signal;
use super::system;

/// The time between looks at a group while its timeouts are paused.
const SUSPENDED: Duration = Duration::from_millis(100);

/// The registry of running groups, and the thread that watches their deadlines.
#[derive(Debug)]
pub struct GroupWatch {
    shared: Arc<Shared>,
    /// Started with the first process.
    thread: Mutex<Option<JoinHandle<()>>>,
    guardian: Guardian,
    outside: Outside,
    /// Whether there is a terminal that a group could want.
    has_terminal: bool,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Signals the end of a start, and the end of a pause.
    starts: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Running groups by slot number. Freed slots are reused.
    groups: Vec<Option<Group>>,
    free: Vec<usize>,
    /// The signal that all groups except spared ones have received, and that later ones receive at their registration.
    stopping: Option<Signal>,
    /// When the thread wakes up; `None` while there is no deadline.
    wakes_at: Option<Instant>,
    /// When probe, the groups and their timeouts were paused.
    suspended: Option<Instant>,
    /// The number of processes that are being started, whose groups are not registered yet.
    starting: usize,
    closed: bool,
}

impl GroupWatch {
    /// Makes a watch without groups. If probe itself is killed, a guardian cleans up `charge` and ends the groups.
    pub fn new(charge: Charge, outside: Outside) -> Self {
        let (shared, thread) = (Arc::default(), Mutex::new(None));
        let has_terminal = system::has_terminal();
        Self { shared, thread, guardian: Guardian::new(charge), outside, has_terminal }
    }

    /// Makes sure that the guardian runs. Call it before you create the first thing that the guardian has to remove.
    pub fn guard(&self) {
        self.guardian.start();
    }

    /// Returns a guard to hold from before a process starts until its group is registered, so that a pause misses no process.
    /// Waits while everything is paused. Makes sure that the guardian runs.
    ///
    /// # Errors
    ///
    /// Fails if the thread that ends groups at their deadlines cannot be started.
    pub(super) fn starting(&self) -> io::Result<Starting<'_>> {
        self.guardian.start();
        self.keep_time()?;
        let mut state = self.shared.state.lock();
        while state.suspended.is_some() {
            self.shared.starts.wait(&mut state);
        }
        state.starting += 1;
        Ok(Starting { shared: &self.shared })
    }

    /// Makes sure that the thread runs.
    fn keep_time(&self) -> io::Result<()> {
        let mut thread = self.thread.lock();
        if thread.is_none() {
            let watching = Arc::clone(&self.shared);
            let builder = std::thread::Builder::new().name("watch".to_owned());
            *thread = Some(builder.spawn(move || watching.run())?);
        }
        Ok(())
    }

    /// Watches the group `id` until the guard is dropped. If probe is already stopping, the group is signalled at once, unless
    /// it is spared.
    pub(crate) fn register(
        &self,
        id: ProcessId,
        limits: TimeLimits,
        at_stop: AtStop,
    ) -> WatchGuard<'_> {
        let mut state = self.shared.state.lock();
        let now = Instant::now();
        let mut group = Group::new(id, limits, at_stop, now);
        if let Some(signal) = state.stopping.and_then(|signal| group.interrupt(signal, now)) {
            send(id, signal);
        }
        let deadline = group.deadline();
        let slot = state.free.pop().unwrap_or_else(|| {
            state.groups.push(None);
            state.groups.len() - 1
        });
        state.groups[slot] = Some(group);
        let asked_by = match at_stop {
            AtStop::Kept(signal) => Some(signal).filter(|signal| *signal != Signal::KILL),
            AtStop::Told | AtStop::Spared => None,
        };
        self.guardian.note(slot, Some(Ward { group: id, asked_by }));
        // With equal timeouts the newest deadline is the last one, so this hardly ever wakes the thread.
        if deadline
            .is_some_and(|deadline| state.wakes_at.is_none_or(|wakes_at| deadline < wakes_at))
        {
            state.wakes_at = deadline;
            self.shared.changed.notify_one();
        }
        WatchGuard { watch: self, slot }
    }

    /// What the crate's caller knows.
    pub(super) fn outside(&self) -> Outside {
        self.outside
    }

    /// Whether there is a terminal, so that a group may be stopped because it wants it.
    pub(super) fn has_terminal(&self) -> bool {
        self.has_terminal
    }

    /// Whether no group is running.
    pub fn is_idle(&self) -> bool {
        self.shared.state.lock().groups.iter().all(Option::is_none)
    }

    /// Passes `signal` on to every running group that is not spared, and to every such group that is registered later. SIGKILL
    /// follows after each group's grace.
    pub fn stop_all(&self, signal: Signal) {
        let now = Instant::now();
        let mut state = self.shared.state.lock();
        state.stopping = Some(signal);
        for group in state.groups.iter_mut().flatten() {
            if let Some(signal) = group.interrupt(signal, now) {
                send(group.id(), signal);
            }
        }
        self.shared.changed.notify_one();
    }

    /// Tells the registered group at this place to end by `signal`.
    pub(crate) fn end(&self, place: usize, signal: Signal) {
        let now = Instant::now();
        let mut state = self.shared.state.lock();
        if let Some(group) = &mut state.groups[place] {
            send(group.id(), group.end(signal, now));
        }
        self.shared.changed.notify_one();
    }

    /// Like [`stop_all`](Self::stop_all), unless a signal has been passed on already.
    pub(super) fn stop_unless_stopping(&self, signal: Signal) {
        if self.shared.state.lock().stopping.is_none() {
            self.stop_all(signal);
        }
    }

    /// Pauses every group and its timeouts until [`resume`](Self::resume).
    pub fn suspend(&self) {
        let mut state = self.shared.state.lock();
        state.suspended = Some(Instant::now());
        while state.starting > 0 {
            self.shared.starts.wait(&mut state);
        }
        for group in state.groups.iter().flatten() {
            send(group.id(), Signal::STOP);
        }
    }

    /// Continues the groups and their timeouts. Does nothing to groups that another process has stopped.
    pub fn resume(&self) {
        let mut state = self.shared.state.lock();
        let Some(since) = state.suspended.take() else { return };
        let stopped = since.elapsed();
        for group in state.groups.iter_mut().flatten() {
            group.resume(stopped);
            send(group.id(), Signal::CONT);
        }
        self.shared.starts.notify_all();
        self.shared.changed.notify_one();
    }
}

impl Drop for GroupWatch {
    fn drop(&mut self) {
        self.shared.state.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.get_mut().take() {
            // The thread has printed its own panic; there is nothing left to do here.
            let _ = thread.join();
        }
    }
}

/// Held while a process is being started.
#[derive(Debug)]
pub(super) struct Starting<'a> {
    shared: &'a Shared,
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.shared.state.lock().starting -= 1;
        self.shared.starts.notify_all();
    }
}

/// A registered group. Dropping it ends the watch; drop it before the group's leader is reaped.
#[derive(Debug)]
pub(crate) struct WatchGuard<'a> {
    watch: &'a GroupWatch,
    slot: usize,
}

impl WatchGuard<'_> {
    /// The group's place in the watch.
    pub(crate) fn place(&self) -> usize {
        self.slot
    }

    /// Why the watch has ended the group, if it has.
    pub(crate) fn ended_by(&self) -> Option<EndedBy> {
        let state = self.watch.shared.state.lock();
        state.groups[self.slot].as_ref().expect("a guard's slot is in use").ended_by()
    }

    /// The time left for a group that may run for `limit`; `None` if it is already ending.
    pub(super) fn left(&self, limit: Duration) -> Option<Duration> {
        let state = self.watch.shared.state.lock();
        let group = state.groups[self.slot].as_ref().expect("a guard's slot is in use");
        if group.ended_by().is_some() {
            return None;
        }
        // The time since the pause began is not counted yet.
        let now = state.suspended.unwrap_or_else(Instant::now);
        let left = limit.saturating_sub(group.ran(now));
        Some(if state.suspended.is_some() { left.max(SUSPENDED) } else { left })
    }

    /// Ends the group by this signal as if its timeout were over, unless it is already ending.
    pub(super) fn expire(&self, signal: Signal) {
        let mut state = self.watch.shared.state.lock();
        let group = state.groups[self.slot].as_mut().expect("a guard's slot is in use");
        if group.expire(Instant::now(), signal) {
            self.watch.shared.changed.notify_one();
        }
    }

    /// Ends the group, which this signal has stopped because it wanted the terminal, unless it is already ending.
    pub(super) fn refuse_terminal(&self, signal: Signal) {
        let mut state = self.watch.shared.state.lock();
        let group = state.groups[self.slot].as_mut().expect("a guard's slot is in use");
        if group.refuse_terminal(signal, Instant::now()) {
            self.watch.shared.changed.notify_one();
        }
    }

    /// How long the group has been paused together with probe so far.
    pub(super) fn stopped(&self) -> Duration {
        let state = self.watch.shared.state.lock();
        state.groups[self.slot].as_ref().expect("a guard's slot is in use").stopped()
    }

    /// Kills what is left of the group and ends the watch. Returns why the watch ended the group, if it did, and how long the
    /// group was paused together with probe. Call it after the leader has ended and before it is reaped, while the group's id
    /// still belongs to it.
    pub(crate) fn end(self) -> (Option<EndedBy>, Duration) {
        let state = self.watch.shared.state.lock();
        let group = state.groups[self.slot].as_ref().expect("a guard's slot is in use");
        send(group.id(), Signal::KILL);
        let said = (group.ended_by(), group.stopped());
        drop(state);
        drop(self);
        said
    }
}

impl Drop for WatchGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.watch.shared.state.lock();
        self.watch.guardian.note(self.slot, None);
        state.groups[self.slot] = None;
        state.free.push(self.slot);
    }
}

impl Shared {
    fn run(&self) {
        let mut state = self.state.lock();
        while !state.closed {
            let now = Instant::now();
            state.wakes_at = None;
            // Nothing is due while timeouts are paused.
            let running = if state.suspended.is_some() { 0 } else { state.groups.len() };
            for index in 0..running {
                let Some(group) = &mut state.groups[index] else { continue };
                if let Some(signal) = group.advance(now) {
                    send(group.id(), signal);
                }
                let next = group.deadline();
                state.wakes_at = state.wakes_at.into_iter().chain(next).min();
            }
            match state.wakes_at {
                Some(at) => {
                    self.changed.wait_until(&mut state, at);
                }
                None => self.changed.wait(&mut state),
            }
        }
    }
}

/// Signals a group.
fn send(group: ProcessId, signal: Signal) {
    system::signal_group(group, signal);
    if !matches!(signal, Signal::KILL | Signal::STOP) {
        // A stopped process reacts to no signal but SIGKILL and SIGCONT.
        system::signal_group(group, Signal::CONT);
    }
}
