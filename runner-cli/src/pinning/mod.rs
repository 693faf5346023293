//! What `probe.lock` pins for the libraries of a run, and what becomes of those that nothing pins.
//!
//! Does not know how a library is imported, nor how the lock file is written.

mod complaint;

use std::path::{Path, PathBuf};

use probe_loader::{ImportCause, Loader, Occupant, Pin, Pins, PinsError, Sha256};
use probe_scenario::{Download, Library, LibraryId, Platform, PlatformKey, Source};

pub(crate) use complaint::{FlawedLockFile, NotPinned, NotRecorded, PinningError, Unpinned};

use crate::environment::Environment;
use crate::file_names::LOCK_FILE;
use crate::platform;
use crate::project::error::ProjectError;

/// What becomes of a download that nothing pins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Its first import pins it.
    Record,
    /// It is imported, with a warning: nobody would check in what was written down.
    Warn,
    /// It is an error.
    Refuse,
}

/// The pins of a project, as one run sees them.
#[derive(Debug)]
pub(crate) struct Pinning {
    path: PathBuf,
    pins: Pins,
    platform: Platform,
    policy: Policy,
}

impl Policy {
    /// What the command line and the environment ask for.
    pub(crate) fn new(locked: bool, environment: &Environment) -> Self {
        match (locked, environment.is_ci()) {
            (true, _) => Self::Refuse,
            (false, true) => Self::Warn,
            (false, false) => Self::Record,
        }
    }
}

impl Pinning {
    /// Reads the lock file of the project in the directory `root`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has flaws.
    pub(crate) fn open(root: &Path, policy: Policy) -> Result<Self, PinningError> {
        let path = root.join(LOCK_FILE);
        let pins = Pins::read(&path).map_err(PinningError::from)?;
        let platform = platform::host()
            .map_err(|unknown| PinningError::Project(ProjectError::Platform(unknown)))?;
        Ok(Self { path, pins, platform, policy })
    }

    /// The digest that the download must have: what the manifest says, else what is pinned.
    pub(crate) fn digest(&self, library: &Library, download: &Download) -> Option<Sha256> {
        download.sha256.map(digest).or_else(|| self.pin(library, download).map(|pin| pin.sha256))
    }

    fn pin(&self, library: &Library, download: &Download) -> Option<&Pin> {
        let keys = keys(&self.platform);
        keys.iter().find_map(|key| self.pins.find(&library.name, &key.to_string(), &download.url))
    }

    /// What is pinned of `library` from another URL than the download's: another version of it.
    pub(crate) fn former(&self, library: &Library, download: &Download) -> Option<Pin> {
        let keys = keys(&self.platform);
        let mut pins = keys.iter().filter_map(|key| self.pins.get(&library.name, &key.to_string()));
        pins.find(|pin| !pin.is_for(&download.url)).cloned()
    }

    /// The libraries among `libraries` that nothing pins.
    fn unpinned<'p>(&self, libraries: impl Iterator<Item = &'p Library>) -> Vec<Unpinned> {
        let unpinned = libraries.filter_map(|library| {
            let Source::Url(download) = &library.source else { return None };
            if self.digest(library, download).is_some() {
                return None;
            }
            let keys = keys(&self.platform);
            let elsewhere =
                keys.iter().any(|key| self.pins.get(&library.name, &key.to_string()).is_some());
            Some(Unpinned { library: library.name.clone(), elsewhere })
        });
        unpinned.collect()
    }

    /// What is to be said before anything is imported.
    ///
    /// # Errors
    ///
    /// Something is not pinned that has to be.
    pub(crate) fn check<'p>(
        &self,
        libraries: impl Iterator<Item = &'p Library>,
    ) -> Result<Option<NotPinned>, NotPinned> {
        let unpinned = self.unpinned(libraries);
        if unpinned.is_empty() {
            return Ok(None);
        }
        match self.policy {
            Policy::Record => Ok(None),
            Policy::Warn => Ok(Some(NotPinned(unpinned))),
            Policy::Refuse => Err(NotPinned(unpinned)),
        }
    }

    /// Pins the downloads among `imported` that nothing pins yet, and returns their libraries' names.
    ///
    /// # Errors
    ///
    /// The lock file cannot be written; the libraries can be used all the same.
    pub(crate) fn record(
        &self,
        loader: &Loader,
        libraries: &[Library],
        imported: &[(LibraryId, Pin)],
    ) -> Result<Vec<String>, NotRecorded> {
        let new: Vec<_> = imported
            .iter()
            .filter_map(|(id, pin)| {
                let library = &libraries[id.index()];
                let Source::Url(download) = &library.source else { return None };
                let is_new = self.digest(library, download).is_none();
                // The loader knows the URL without its query.
                is_new.then(|| (&library.name, Pin { url: download.url.clone(), ..pin.clone() }))
            })
            .collect();
        if self.policy != Policy::Record || new.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.platform.pin_key().to_string();
        let change = |pins: &mut Pins| {
            for (library, pin) in &new {
                // Who was faster has pinned it.
                if pins.find(library, &key, &pin.url).is_none() {
                    pins.insert(library, &key, pin);
                }
            }
        };
        let mut names: Vec<String> = new.iter().map(|(name, _)| (*name).clone()).collect();
        names.sort_unstable();
        match loader.update_pins(&self.path, change) {
            Ok(_) => Ok(names),
            Err(error) => Err(NotRecorded::new(names, &error)),
        }
    }

    /// The way out of a failed import that only who knows the lock file can tell.
    pub(crate) fn way_out(&self, library: &Library, cause: &ImportCause) -> Option<String> {
        let Source::Url(download) = &library.source else { return None };
        let by_lock_file = download.sha256.is_none() && self.pin(library, download).is_some();
        let name = &library.name;
        match cause {
            ImportCause::DigestMismatch { .. } if by_lock_file => Some(format!(
                "`{LOCK_FILE}` pins it: if the publisher replaced the file on purpose, run `probe lock --update {name}`; if \
                 not, do not trust it"
            )),
            ImportCause::Occupied { occupant: Occupant::File { .. }, .. } if by_lock_file => {
                Some(format!(
                    "`{LOCK_FILE}` pins another file: replace this one by `--replace`, or move it away"
                ))
            }
            _ => None,
        }
    }
}

/// The keys under which a pin for `platform` is looked for. One library may serve both C libraries of Linux.
fn keys(platform: &Platform) -> Vec<PlatformKey> {
    let own = platform.pin_key();
    let general = Platform { libc: None, ..*platform }.pin_key();
    if own == general { vec![own] } else { vec![own, general] }
}

/// Both crates write a digest in the same way.
pub(crate) fn digest(digest: probe_scenario::Sha256) -> Sha256 {
    digest.to_string().parse().expect("both crates write a digest as 64 hexadecimal digits")
}

impl From<PinsError> for PinningError {
    fn from(error: PinsError) -> Self {
        match error {
            PinsError::Flawed { path, text, flaws } => {
                Self::Flawed(FlawedLockFile::new(&path, &text, flaws))
            }
            PinsError::Failed(cause) => Self::Failed(cause),
        }
    }
}
