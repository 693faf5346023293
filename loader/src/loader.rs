//! The entry point of the crate: from a library to a complete file. It does not know how any step works.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::digest::Sha256;
use crate::errands::Errand;
use crate::fetching::http::{self, Client};
use crate::fetching::local::Local;
use crate::fetching::remote::Remote;
use crate::interface::{
    CommandLine, Host, ImportCause, ImportError, ImportSource, ImportSpec, Pin, Settings,
    StoreError,
};
use crate::locks::holds::Holds;
use crate::locks::living::Living;
use crate::locks::using::Table;
use crate::locks::{Doer, Keys, Once, Work};
use crate::making::build::{self, Build};
use crate::making::history::{History, Memory};
use crate::pins::{self, Pins, PinsError};
use crate::places::{self, FolderPlacement, Placement, Put};
use crate::shelves::{Shelves, Stored};
use crate::store::{Key, Store, aside};
use crate::verdict::Kind;
use crate::watch::Learned;

/// Imports libraries into one store. Threads can share it.
pub struct Loader {
    settings: Settings,
    store: Store,
    holds: Holds,
    client: Client,
    imports: Once<Stored>,
    placements: Once<Put>,
    built: Memory,
    living: Living,
    users: Arc<Table>,
    /// What tests made in this run, if nothing more is known about it.
    led: Mutex<BTreeSet<Key>>,
    learned: Mutex<BTreeMap<Key, Learned>>,
}

/// A library that is present and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The path where its tests find it: `to` if the library has one, else the file in the store, or the first path that matched
    /// a command's `paths`.
    pub path: PathBuf,
    /// The digest of that file, or of the folder's listing.
    pub digest: Sha256,
    /// The size in bytes of the file, or of all files in the folder.
    pub size: u64,
    /// How the import made the library available.
    pub how: How,
    /// How long it waited for other imports.
    pub waited: Duration,
    /// The pin for this download; `None` if it did not come from a URL.
    pub pin: Option<Pin>,
}

/// How an import made a library available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was there already.
    Cached,
    /// It was in the store; this import put it at its place.
    Placed,
    /// This import fetched it.
    Fetched,
    /// Another import fetched it while this one waited.
    FetchedByOther,
    /// This import found it at its place and copied it into the store. It has the library's digest or, if no digest is known, the
    /// size that its origin reports.
    Adopted,
    /// Like `Adopted`, but no digest is known and its origin did not answer. Do not pin anything from it.
    Unconfirmed,
    /// This import ran its command.
    Built,
    /// Another import ran its command while this one waited.
    BuiltByOther,
}

impl Loader {
    /// Opens the store and creates missing directories.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be created, or belongs to another user.
    pub fn new(settings: Settings) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open(&settings.store)?,
            holds: Holds::new(),
            client: Client::new(&settings),
            settings,
            imports: Once::new(),
            placements: Once::new(),
            built: Memory::new(),
            living: Living::default(),
            users: Arc::default(),
            led: Mutex::new(BTreeSet::new()),
            learned: Mutex::new(BTreeMap::new()),
        })
    }

    /// Returns the settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Moves an incomplete file to where nothing takes it for a complete one. Returns its new path. A prune of the store removes
    /// it when it is old.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be moved.
    pub fn put_away(&self, path: &Path) -> io::Result<PathBuf> {
        aside::put_away(&self.store, aside::MADE, path)
    }

    /// Prepares a library: afterwards it is complete and verified at its place. After a success the file at the returned path
    /// matches its digest. A loader never modifies this file; a newer file replaces it under the same name.
    ///
    /// Any number of threads and processes may call this at once: they share one download, or one run of the command.
    ///
    /// # Errors
    ///
    /// See [`ImportCause`]. The error contains every failed attempt.
    pub fn import(&self, library: &ImportSpec, host: &dyn Host) -> Result<Imported, ImportError> {
        self.import_with(library, &self.settings, host)
    }

    /// Like `import`, with other settings for this import alone.
    pub(crate) fn import_with(
        &self,
        library: &ImportSpec,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Imported, ImportError> {
        let key = Key::new([library.name.as_bytes()]);
        let seed = settings.seed ^ key.salt();
        let errand = Errand::new(&library.name, settings, host, seed);
        self.run(library, &errand).map_err(|cause| {
            ImportError::new(
                &library.name,
                describe(&library.source),
                cause,
                errand.into_attempts(),
            )
        })
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn built(&self) -> &Memory {
        &self.built
    }

    pub(crate) fn living(&self) -> &Living {
        &self.living
    }

    pub(crate) fn users(&self) -> &Arc<Table> {
        &self.users
    }

    /// Lets others still know what this process has made after it has become another program (`exec`).
    ///
    /// # Errors
    ///
    /// Fails if the system refuses.
    pub fn outlive_exec(&self) -> io::Result<()> {
        self.living.outlive_exec()
    }

    /// Changes the pins in the lock file at the absolute path `path`. Passes the current pins to `change`, whoever wrote them,
    /// and replaces the file with the result. Returns whether anything changed; otherwise the file is not touched.
    ///
    /// Loaders with the same store do this one after the other. With different stores, or on a file system without locks, one
    /// change may be lost, but the file is always complete.
    ///
    /// # Errors
    ///
    /// Fails if the file has flaws (it stays as it is), cannot be read or written, or if another process holds the lock for too
    /// long.
    pub fn update_pins(
        &self,
        path: &Path,
        change: impl FnOnce(&mut Pins),
    ) -> Result<bool, PinsError> {
        pins::update(&self.store, &self.settings, path, change)
    }

    pub(crate) fn has_led(&self, key: Key) -> bool {
        self.led.lock().contains(&key)
    }

    pub(crate) fn note_led(&self, key: Key) {
        self.led.lock().insert(key);
    }

    pub(crate) fn forget_led(&self, key: Key) {
        self.led.lock().remove(&key);
    }

    pub(crate) fn learned_of(&self, key: Key) -> Learned {
        self.learned.lock().entry(key).or_default().clone()
    }

    fn run(&self, library: &ImportSpec, errand: &Errand<'_>) -> Result<Imported, ImportCause> {
        errand.check()?;
        let to = library.to.as_deref();
        if let Some(path) = to.filter(|to| !to.is_absolute()) {
            return Err(ImportCause::Relative { path: path.to_owned() });
        }
        let shelves =
            Shelves { errand, store: &self.store, holds: &self.holds, kind: library.kind };
        let once = |keys, work: &dyn Work<Result = Stored>| {
            self.imports.run(&self.store, keys, errand, work)
        };
        match &library.source {
            ImportSource::Url { url, mirrors, sha256, member } => {
                let work = Remote {
                    client: &self.client,
                    errand,
                    shelves,
                    url,
                    mirrors,
                    pinned: *sha256,
                    member: member.as_deref(),
                    version: library.version.as_deref(),
                    to,
                    named_by_url: library.named_by_url,
                    former: library.former.as_ref(),
                };
                let (stored, doer) = once(work.key().into(), &work)?;
                self.place(library, errand, stored, doer)
            }
            ImportSource::Path { path, sha256, member } => {
                if !path.is_absolute() {
                    return Err(ImportCause::Relative { path: path.clone() });
                }
                let member = member.as_deref();
                let work = Local { errand, shelves, path, member, pinned: *sha256 };
                let (stored, doer) = once(work.key().into(), &work)?;
                self.place(library, errand, stored, doer)
            }
            ImportSource::Command { command, paths, inputs } => {
                let history = self.history(errand, library.kind, command, (paths, inputs));
                let keys = Keys { result: history.key(), lock: history.lock() };
                let work = Build { errand, command, history };
                let (stored, doer) = once(keys, &work)?;
                let how = match doer {
                    Doer::Nobody => How::Cached,
                    Doer::This => How::Built,
                    Doer::Other => How::BuiltByOther,
                };
                let path = stored.path.clone();
                Ok(imported(stored, path, how, errand))
            }
        }
    }

    /// Returns the history of what a command makes: at which paths, and from which inputs.
    pub(crate) fn history<'h>(
        &'h self,
        errand: &'h Errand<'h>,
        kind: Kind,
        command: &CommandLine,
        (paths, inputs): (&'h [String], &'h [String]),
    ) -> History<'h> {
        History {
            errand,
            store: &self.store,
            memory: &self.built,
            living: &self.living,
            kind,
            paths,
            inputs,
            maker: build::maker(command),
            is_command: true,
        }
    }

    fn place(
        &self,
        library: &ImportSpec,
        errand: &Errand<'_>,
        stored: Stored,
        doer: Doer,
    ) -> Result<Imported, ImportCause> {
        let how = match doer {
            Doer::Nobody => How::Cached,
            Doer::This if stored.adopted && stored.pin.is_none() => How::Unconfirmed,
            Doer::This if stored.adopted => How::Adopted,
            Doer::This => How::Fetched,
            Doer::Other => How::FetchedByOther,
        };
        let Some(to) = library.to.as_deref() else {
            let path = stored.path.clone();
            return Ok(imported(stored, path, how, errand));
        };
        let store = &self.store;
        let once = |work: &dyn Work<Result = Put>| {
            self.placements.run(store, places::key(to).into(), errand, work)
        };
        let put = match &stored.listing {
            None => {
                let kind = library.kind;
                let former = library.former.as_ref();
                once(&Placement { errand, store, kind, stored: &stored, to, former })?
            }
            Some(wanted) => once(&FolderPlacement { errand, store, stored: &stored, wanted, to })?,
        };
        let how = match (how, put) {
            (How::Cached, (Put::Anew, Doer::This)) => How::Placed,
            (how, _) => how,
        };
        Ok(imported(stored, to.to_owned(), how, errand))
    }
}

fn imported(stored: Stored, path: PathBuf, how: How, errand: &Errand<'_>) -> Imported {
    Imported {
        path,
        digest: stored.digest,
        size: stored.size,
        how,
        waited: errand.waited(),
        pin: stored.pin,
    }
}

/// Describes where a library comes from, for messages.
pub(crate) fn describe(source: &ImportSource) -> String {
    match source {
        ImportSource::Url { url, .. } => http::redact(url),
        ImportSource::Path { path, .. } => path.display().to_string(),
        ImportSource::Command { command, .. } => command.to_string(),
    }
}
