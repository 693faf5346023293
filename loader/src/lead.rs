//! Libraries that the first test makes (`leader = true`). probe knows only where they end up, so one test at a time may run until
//! one has passed. It does not know tests.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Sha256;
use crate::errands::Errand;
use crate::files::{Counted, Shape};
use crate::interface::{Aside, Holder, Host, ImportCause, ImportError, StoreError};
use crate::loader::Loader;
use crate::locks::lock::{Guard, Lock, Try};
use crate::locks::using::{self, Alone};
use crate::making::history::{self, History, Inputs};
use crate::store::Key;
use crate::verdict::Kind;
use crate::watch::Learned;

/// The same for every test: the records do not tell tests apart.
const MAKER: &[u8] = b"lead";

/// A library that the first test makes.
#[derive(Debug, Clone)]
pub struct Led {
    /// Its name.
    pub name: String,
    /// The directory of the manifest that declares it, without symbolic links.
    pub project: PathBuf,
    /// What it must be to count as complete.
    pub kind: Kind,
    /// Absolute glob patterns of the paths where it ends up, if they are known.
    pub paths: Vec<String>,
    /// Absolute glob patterns of the files that it depends on, if they are known.
    pub inputs: Vec<String>,
}

/// The result of `Loader::try_lead`.
#[derive(Debug)]
pub enum Leading {
    /// This test may run. While the lead lives, no other test on this machine that needs one of these libraries may run.
    Led(Lead),
    /// Another test leads. Nothing is held: try again later.
    Busy {
        /// The library.
        library: String,
        /// The holder, if known.
        holder: Option<Holder>,
    },
}

/// The lead of some libraries; given up when dropped. Then what the test made is suspect, unless it has passed or you called
/// [`ended_by_itself`](Lead::ended_by_itself).
pub struct Lead {
    #[expect(dead_code, reason = "held, not read")]
    guards: Vec<Guard>,
    /// Whether no other test leads now: `true` if there are locks.
    is_locked: bool,
    /// Keep the users of what is made away.
    alone: Vec<Alone>,
    /// The records that say what is being made.
    begun: Vec<PathBuf>,
    has_ended: bool,
}

/// What a library is made from, as it was before a test made it.
#[derive(Debug)]
pub struct LedInputs(Option<Inputs>);

impl std::fmt::Debug for Lead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lead").finish_non_exhaustive()
    }
}

impl Lead {
    /// Records that the leading test ended without being killed, or did not run: as far as probe knows, what it made is complete.
    pub fn ended_by_itself(&mut self) {
        self.has_ended = true;
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if self.has_ended {
            // If a record stays, the library is made once more. The locks are held until then.
            self.begun.iter().for_each(|record| drop(fs::remove_file(record)));
        }
    }
}

impl Led {
    /// Libraries that end up at the same paths are the same library, whatever their names and manifests are.
    fn key(&self) -> Key {
        let project = self.project.as_os_str().as_encoded_bytes();
        if self.paths.is_empty() {
            Key::new([b"lead".as_slice(), b"name", project, self.name.as_bytes()])
        } else {
            let kind = [b"lead".as_slice(), b"paths"];
            Key::new(kind.into_iter().chain(self.paths.iter().map(String::as_bytes)))
        }
    }
}

impl Loader {
    /// Whether a library is known to be there: its inputs are unchanged since its last success, and so is what its paths matched.
    /// Without inputs: whether it was made in this run.
    ///
    /// # Errors
    ///
    /// Fails if a pattern is invalid, or a file cannot be read.
    pub fn is_led(&self, library: &Led, host: &dyn Host) -> Result<bool, ImportError> {
        self.with_history(library, host, |history| {
            if library.paths.is_empty() {
                return Ok(self.has_led(library.key()));
            }
            Ok(history.look()?.is_some())
        })
    }

    /// Tries to lead several libraries at once: all of them or none. Never waits.
    ///
    /// # Errors
    ///
    /// Fails if a lock file cannot be opened.
    pub fn try_lead(&self, libraries: &[Led]) -> Result<Leading, StoreError> {
        // All use one order, so that of two that want the same two libraries one gets both.
        let mut wanted =
            libraries.iter().map(|library| (library.key(), &library.name)).collect::<Vec<_>>();
        wanted.sort_unstable();
        wanted.dedup_by_key(|(key, _)| *key);
        let (mut guards, mut is_locked) = (Vec::new(), true);
        for (key, name) in wanted {
            let path = self.store().lock(key);
            let mut lock = Lock::new(path.clone());
            match lock.attempt(&self.settings().command) {
                Ok(Try::Held(guard)) => guards.push(guard),
                // Without locks two may lead at once, as if there were no leaders.
                Ok(Try::Unsupported(_)) => is_locked = false,
                Ok(Try::Busy) => {
                    return Ok(Leading::Busy { library: name.clone(), holder: lock.holder() });
                }
                Err(error) => return Err(StoreError::disk("lock", Path::new(&path))(error)),
            }
        }
        Ok(Leading::Led(Lead {
            guards,
            is_locked,
            alone: Vec::new(),
            begun: Vec::new(),
            has_ended: false,
        }))
    }

    /// Returns the current inputs of a library. Call it before you start a leading test: if an input changes while the test runs,
    /// the library counts as unknown again.
    ///
    /// # Errors
    ///
    /// Fails if a pattern matches nothing, or a file cannot be read.
    pub fn led_inputs(&self, library: &Led, host: &dyn Host) -> Result<LedInputs, ImportError> {
        if library.paths.is_empty() {
            return Ok(LedInputs(None));
        }
        self.with_history(library, host, |history| Ok(LedInputs(Some(history.inputs()?))))
    }

    /// Keeps the users of a library away while a test makes it. Never waits. If a process uses the library, returns that process,
    /// if known.
    ///
    /// # Errors
    ///
    /// Fails if a lock file cannot be opened.
    pub fn exclude_users(
        &self,
        lead: &mut Lead,
        library: &Led,
    ) -> io::Result<Result<(), Option<Holder>>> {
        if library.paths.is_empty() {
            return Ok(Ok(()));
        }
        let excluded = using::try_exclude(self.store(), &library.paths)?;
        Ok(excluded.map(|alone| lead.alone.extend(alone)))
    }

    /// Makes room for the leading test. Call it before you start the test. Moves incomplete files aside, and what an earlier
    /// leading test left when it was killed. From now on, what is made there is suspect until it is known how the test ended.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read or moved, or the record cannot be written.
    pub fn begin_led(
        &self,
        lead: &mut Lead,
        library: &Led,
        host: &dyn Host,
    ) -> Result<Vec<Aside>, ImportError> {
        if library.paths.is_empty() {
            return Ok(Vec::new());
        }
        self.with_history(library, host, |history| {
            if !lead.is_locked {
                history.errand.note_unlocked();
            }
            let (_, aside) = history.begin()?;
            lead.begun.push(history.begun_record());
            Ok(aside)
        })
    }

    /// Records that a leading test has passed, and that the library now exists, made from these inputs.
    ///
    /// # Errors
    ///
    /// Fails if nothing complete is at its paths.
    pub fn remember_led(
        &self,
        library: &Led,
        LedInputs(inputs): LedInputs,
        host: &dyn Host,
    ) -> Result<(), ImportError> {
        self.with_history(library, host, |history| {
            self.note_led(library.key());
            let Some(inputs) = inputs else { return Ok(()) };
            history.finish(inputs, &history.begun()?).map(drop)
        })?;
        self.learned(library);
        Ok(())
    }

    /// What is known now about the published folders of the library. The result also gets what becomes known later.
    pub(crate) fn learned(&self, library: &Led) -> Learned {
        let learned = self.learned_of(library.key());
        let maker = Sha256::of(MAKER);
        let made =
            history::made(self.store(), self.built(), maker, &library.paths, &library.inputs);
        let folders = made.into_iter().filter(|(_, snapshot)| snapshot.shape() == Shape::Folder);
        learned.write().extend(folders.map(|(path, snapshot)| (path, Counted::made(snapshot))));
        learned
    }

    /// Moves incomplete files at its paths aside, when no process writes to them any more.
    pub(crate) fn put_away_led(
        &self,
        library: &Led,
        host: &dyn Host,
    ) -> Result<Vec<Aside>, ImportError> {
        self.with_history(library, host, |history| {
            self.forget_led(library.key());
            history.put_away()
        })
    }

    fn with_history<T>(
        &self,
        library: &Led,
        host: &dyn Host,
        act: impl FnOnce(&History<'_>) -> Result<T, ImportCause>,
    ) -> Result<T, ImportError> {
        let key = library.key();
        let errand = Errand::new(&library.name, self.settings(), host, key.salt());
        let history = History {
            errand: &errand,
            store: self.store(),
            memory: self.built(),
            living: self.living(),
            kind: library.kind,
            paths: &library.paths,
            inputs: &library.inputs,
            maker: Sha256::of(MAKER),
            is_command: false,
        };
        act(&history).map_err(|cause| {
            let place = library.paths.first().cloned();
            let place = place.unwrap_or_else(|| library.project.display().to_string());
            ImportError::new(&library.name, place, cause, Vec::new())
        })
    }
}
