//! The lock file on disk: read, and changed under a lock by a rename, so that a reader sees either
//! the old pins or the new ones. It does not know what to pin.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::flaw::Flaw;
use super::text::Pins;
use crate::errands::{Errand, Patience};
use crate::files::{Draft, Permission, Purpose, litter, read_regular};
use crate::interface::{ImportCause, Settings};
use crate::locks::lock::{Guard, Lock, Try};
use crate::store::{Key, Store};

/// The longest wait between two tries of the lock. Its holder only reads and writes a small file.
const POLL: Duration = Duration::from_millis(10);

/// The maximum size of a lock file, in bytes: 100,000 pins need less.
const LONGEST: u64 = 64 << 20;

/// Why pins could not be read or written.
#[derive(Debug, Clone)]
pub enum PinsError {
    /// The file contains flaws.
    Flawed {
        /// The file.
        path: PathBuf,
        /// Its content.
        text: Vec<u8>,
        /// The flaws; never empty.
        flaws: Vec<Flaw>,
    },
    /// It could not be read, locked or written.
    Failed(ImportCause),
}

impl Pins {
    /// Reads the lock file at `path`. A file that does not exist has no pins.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or has flaws.
    pub fn read(path: &Path) -> Result<Self, PinsError> {
        let text = match read_regular(path, LONGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(PinsError::Failed(ImportCause::disk("read", path)(error))),
        };
        Self::parse(&text).map_err(|flaws| PinsError::Flawed { path: path.to_owned(), text, flaws })
    }
}

/// Changes the pins in the file at `path`; see [`Loader::update_pins`](crate::Loader::update_pins).
pub(crate) fn update(
    store: &Store,
    settings: &Settings,
    path: &Path,
    change: impl FnOnce(&mut Pins),
) -> Result<bool, PinsError> {
    // If the path is a link, the file stays where the link leads.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let _guard = hold(store, settings, &real).map_err(PinsError::Failed)?;
    let before = Pins::read(&real)?;
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return Ok(false);
    }
    replace(&real, &after.to_string())
        .map_err(|error| PinsError::Failed(ImportCause::disk("write", &real)(error)))?;
    Ok(true)
}

/// Waits for the lock of a lock file. Returns no lock if the file system has none.
fn hold(store: &Store, settings: &Settings, path: &Path) -> Result<Option<Guard>, ImportCause> {
    let key = Key::new([b"pins".as_slice(), path.as_os_str().as_encoded_bytes()]);
    let place = store.lock(key);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let errand = Errand::new(&name, settings, &(), settings.seed ^ key.salt());
    let mut patience = Patience::new(&errand);
    let mut lock = Lock::new(place.clone());
    loop {
        match lock.attempt(&settings.command).map_err(ImportCause::disk("lock", &place))? {
            Try::Held(guard) => return Ok(Some(guard)),
            Try::Unsupported(_) => return Ok(None),
            Try::Busy => {}
        }
        let pause = patience.allow(errand.jitter(POLL), || lock.holder())?;
        std::thread::sleep(pause);
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("/"));
    litter::sweep(directory, &litter::prefix_of(path))?;
    let mut draft = Draft::beside(path, Purpose::Placed(Permission::Read))?;
    draft.write_all(text.as_bytes())?;
    draft.publish_over(path)
}

impl fmt::Display for PinsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flawed { path, flaws, .. } => {
                let path = path.display();
                match flaws.as_slice() {
                    [flaw] => write!(f, "`{path}` cannot be used: {}", flaw.kind),
                    flaws => write!(f, "`{path}` has {} flaws", flaws.len()),
                }
            }
            Self::Failed(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for PinsError {}
