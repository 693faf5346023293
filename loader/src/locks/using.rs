//! Which processes use what commands and tests make in place. On this machine, makers wait for users, and users for makers. It
//! does not know what a use is.
//!
//! Users share a lock, and a maker at the same paths holds it alone. A maker that waits for it holds the gate, and a marker says
//! so. Then no new use starts, so that the maker gets its turn. A user never waits while it uses something, so no circle of waits
//! forms. If only its own ancestors are in a maker's way, it goes on, because they wait for it. All of this is `flock`, and ends
//! with the process. Without locks, makers and users ignore each other.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::holders;
use super::lock::{self, Guard, Mode, Try};
use crate::backoff::Backoff;
use crate::errands::{Errand, Patience};
use crate::interface::{Holder, ImportCause};
use crate::store::{Key, Store};

/// The waits between two tries of a lock.
const POLL: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(100));

/// A library that a command or a test makes, as its users see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Its name, for messages.
    pub library: String,
    /// The absolute patterns of its paths.
    pub paths: Vec<String>,
}

/// The result of an attempt to use libraries.
#[derive(Debug)]
pub enum Use {
    /// Granted: nothing makes one of the libraries as long as this value lives.
    Granted(Using),
    /// Something makes one of them, or is about to. Nothing is held: try again later.
    Refused {
        /// The library.
        library: String,
        /// The maker, if known.
        holder: Option<Holder>,
    },
}

/// The use of some libraries; given up when dropped.
pub struct Using {
    table: Arc<Table>,
    keys: Vec<Key>,
}

/// What this process uses. It holds each lock once, for any number of uses.
#[derive(Default)]
pub(crate) struct Table(Mutex<BTreeMap<Key, Held>>);

/// One lock of this process.
enum Held {
    /// The number of current uses. No guard if there are no locks.
    Used(usize, Option<Guard>),
    /// Not in use now; the file stays open for the next use.
    Idle(Option<File>),
}

/// Keeps users away while something is made.
pub(crate) struct Alone {
    _users: Guard,
    _marker: Marker,
    _gate: Guard,
}

/// The file that says that a maker waits for users to end.
struct Marker(PathBuf);

impl Drop for Marker {
    fn drop(&mut self) {
        // If the marker stays, each user has to check the gate.
        fs::remove_file(&self.0).ok();
    }
}

impl std::fmt::Debug for Using {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Using").finish_non_exhaustive()
    }
}

impl Drop for Using {
    fn drop(&mut self) {
        let mut table = self.table.0.lock();
        for key in &self.keys {
            let Some(held) = table.get_mut(key) else { continue };
            match held {
                Held::Used(1, guard) => *held = Held::Idle(guard.take().and_then(Guard::release)),
                Held::Used(count, _) => *count -= 1,
                Held::Idle(_) => {}
            }
        }
    }
}

impl Using {
    /// Keeps the use alive in the program that this process becomes by `exec`, and in the processes that it starts.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses.
    pub fn outlive_exec(&self) -> io::Result<()> {
        let table = self.table.0.lock();
        let mut held = self.keys.iter().filter_map(|key| table.get(key));
        held.try_for_each(|held| match held {
            Held::Used(_, Some(guard)) => guard.outlive_exec(),
            Held::Used(_, None) | Held::Idle(_) => Ok(()),
        })
    }
}

impl Table {
    /// See [`Loader::try_use`](crate::Loader::try_use).
    pub(crate) fn try_use(self: &Arc<Self>, store: &Store, wanted: &[Used]) -> io::Result<Use> {
        let mut using = Using { table: Arc::clone(self), keys: Vec::new() };
        for used in wanted.iter().filter(|used| !used.paths.is_empty()) {
            let refused = |path: &Path| Use::Refused {
                library: used.library.clone(),
                holder: holders::of(path).into_iter().next(),
            };
            let [gate, marker, users] = places(store, &used.paths);
            if is_wanted(&gate, &marker)? {
                return Ok(refused(&gate));
            }
            let key = key(&used.paths);
            let mut table = using.table.0.lock();
            let held = table.entry(key).or_insert(Held::Idle(None));
            match held {
                Held::Used(count, _) => *count += 1,
                Held::Idle(file) => {
                    let tried = match file.take() {
                        Some(file) => lock::attempt_on(file, Mode::Shared),
                        None => lock::attempt(&users, Mode::Shared),
                    };
                    *held = match tried? {
                        Try::Held(guard) => Held::Used(1, Some(guard)),
                        Try::Unsupported(_) => Held::Used(1, None),
                        Try::Busy => {
                            drop(table);
                            return Ok(refused(&gate));
                        }
                    };
                }
            }
            drop(table);
            using.keys.push(key);
        }
        Ok(Use::Granted(using))
    }

    /// See [`Loader::await_use`](crate::Loader::await_use).
    pub(crate) fn await_use(
        self: &Arc<Self>,
        store: &Store,
        errand: &Errand<'_>,
        wanted: &[Used],
    ) -> Result<Using, ImportCause> {
        let mut patience = None;
        let mut polls = 0;
        loop {
            match self.try_use(store, wanted).map_err(ImportCause::disk("lock", store.root()))? {
                Use::Granted(using) => return Ok(using),
                Use::Refused { holder, .. } => {
                    let patience = patience.get_or_insert_with(|| Patience::new(errand));
                    let poll = POLL.ceiling(polls);
                    std::thread::sleep(patience.allow(poll, || holder.clone())?);
                    polls += 1;
                }
            }
        }
    }
}

/// Keeps users of `paths` away after the present ones have ended; `None` if this is not possible or not allowed.
pub(crate) fn exclude(
    store: &Store,
    errand: &Errand<'_>,
    paths: &[String],
) -> Result<Option<Alone>, ImportCause> {
    let [gate, marker, users] = places(store, paths);
    let Some(gate) = await_lock(&gate, errand)? else { return Ok(None) };
    fs::write(&marker, "").map_err(ImportCause::disk("create", &marker))?;
    let marker = Marker(marker);
    let Some(users) = await_lock(&users, errand)? else { return Ok(None) };
    Ok(Some(Alone { _users: users, _marker: marker, _gate: gate }))
}

/// Like `exclude`, without waiting. If a process uses the paths, returns that process, if known.
pub(crate) fn try_exclude(
    store: &Store,
    paths: &[String],
) -> io::Result<Result<Option<Alone>, Option<Holder>>> {
    let [gate, marker, users] = places(store, paths);
    let gate = match lock::attempt(&gate, Mode::Alone)? {
        Try::Held(guard) => guard,
        Try::Unsupported(_) => return Ok(Ok(None)),
        Try::Busy => return Ok(Err(holders::of(&gate).into_iter().next())),
    };
    match lock::attempt(&users, Mode::Alone)? {
        Try::Held(users) => {
            fs::write(&marker, "")?;
            Ok(Ok(Some(Alone { _users: users, _marker: Marker(marker), _gate: gate })))
        }
        Try::Unsupported(_) => Ok(Ok(None)),
        Try::Busy if holders::are_ancestors(&users) => Ok(Ok(None)),
        Try::Busy => Ok(Err(holders::of(&users).into_iter().next())),
    }
}

fn await_lock(path: &Path, errand: &Errand<'_>) -> Result<Option<Guard>, ImportCause> {
    let mut patience = None;
    let mut polls = 0;
    loop {
        match lock::attempt(path, Mode::Alone).map_err(ImportCause::disk("lock", path))? {
            Try::Held(guard) => return Ok(Some(guard)),
            Try::Unsupported(_) => return Ok(None),
            // They wait for this process.
            Try::Busy if holders::are_ancestors(path) => return Ok(None),
            Try::Busy => {}
        }
        let patience = patience.get_or_insert_with(|| Patience::new(errand));
        let holder = || holders::of(path).into_iter().next();
        let poll = errand.jitter(POLL.ceiling(polls));
        std::thread::sleep(patience.allow(poll, holder)?);
        polls += 1;
    }
}

/// Whether a live maker waits for users to end.
fn is_wanted(gate: &Path, marker: &Path) -> io::Result<bool> {
    if fs::symlink_metadata(marker).is_err() {
        return Ok(false);
    }
    match lock::attempt(gate, Mode::Shared)? {
        Try::Busy => Ok(true),
        // Its maker was killed.
        Try::Held(_guard) => {
            fs::remove_file(marker).ok();
            Ok(false)
        }
        Try::Unsupported(_) => Ok(false),
    }
}

fn key(paths: &[String]) -> Key {
    Key::new([b"use".as_slice()].into_iter().chain(paths.iter().map(String::as_bytes)))
}

/// Returns the gate, the marker of the process that holds it, and the lock of the users.
fn places(store: &Store, paths: &[String]) -> [PathBuf; 3] {
    let users = store.lock(key(paths));
    [users.with_extension("gate"), users.with_extension("wanted"), users]
}
