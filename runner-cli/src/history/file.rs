//! The history's file: found, opened, and replaced when it is not a history.
//!
//! Does not know what is in it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use probe_loader::open_regular;

use super::database::{Database, Opened};
use super::trouble::{Kind, Trouble, kind};
use crate::dot_probe;

/// The file, as messages name it.
pub(super) const SHOWN: &str = ".probe/history.db";

/// The file, what SQLite keeps beside it, and the lock of whoever replaces it. A project that somebody else has written may
/// have links there, and whatever they lead to is not probe's.
const FILES: [&str; 5] =
    ["history.db", "history.db-journal", "history.db-wal", "history.db-shm", "history.lock"];

/// The longest wait for other processes before something is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What an opened history is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It stays as it is.
    Read,
    /// It is made, replaced and written as need be.
    Write,
}

/// Opens the history of the project at `root`, and waits at most for `patience` for other processes. There is none if none
/// could be opened; what was wrong is added to `troubles`.
pub(super) fn open(
    root: &Path,
    access: Access,
    patience: Duration,
    troubles: &mut Vec<Trouble>,
) -> Option<Database> {
    let path = root.join(SHOWN);
    if access == Access::Read && path.symlink_metadata().is_err() {
        return None;
    }
    if let Some(why) = dot_probe::refuses_files(root, FILES) {
        troubles.push(match access {
            Access::Read => Trouble::RefusedToRead { why },
            Access::Write => Trouble::RefusedToWrite { why },
        });
        return None;
    }
    if access == Access::Write
        && let Err(error) = dot_probe::directory(root)
    {
        troubles.push(Trouble::Unwritable { why: error.to_string() });
        return None;
    }
    match (look(&path, access, patience), access) {
        (Ok(database), _) => Some(database),
        (Err(Trouble::Damaged { why }), Access::Write) => replace(root, why, troubles),
        (Err(trouble), _) => {
            troubles.push(trouble);
            None
        }
    }
}

fn lock_path(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// Keeps a copy of a damaged history and begins anew. Of several processes that find it damaged, one does that; the others
/// wait for it, and find a sound one.
///
/// The file keeps its identity, since another process that has it open finds the journal by its name: with another file of
/// that name, it would take the journal of one for the other's.
pub(super) fn replace(root: &Path, why: String, troubles: &mut Vec<Trouble>) -> Option<Database> {
    let path = root.join(SHOWN);
    // Held until this returns. Where there are no locks, two could do it at once, and the second lose what the first wrote.
    let _lock = lock(&lock_path(&path));
    let sound = look(&path, Access::Write, PATIENCE).and_then(|database| match database.check() {
        Ok(None) => Ok(database),
        Ok(Some(why)) => Err(Trouble::Damaged { why }),
        Err(error) => Err(Trouble::of_reading(&error)),
    });
    let replaced = sound.or_else(|trouble| {
        let Trouble::Damaged { .. } = trouble else { return Err(trouble) };
        let copy = copy(&path).map_err(|error| Trouble::Unwritable { why: error.to_string() })?;
        Database::empty(&path, PATIENCE).map_err(|error| Trouble::of_writing(&error))?;
        troubles.push(Trouble::Replaced { why, copy: shown(&copy) });
        look(&path, Access::Write, PATIENCE)
    });
    replaced.map_err(|trouble| troubles.push(trouble)).ok()
}

/// The history that a file is, or why it is none.
fn look(path: &Path, access: Access, patience: Duration) -> Result<Database, Trouble> {
    match Database::open(path, access == Access::Write, patience) {
        Ok(Opened::History(database)) => Ok(database),
        Ok(Opened::Newer(format)) => Err(Trouble::Newer { format }),
        Ok(Opened::Foreign) => {
            Err(Trouble::Damaged { why: "it is a database of something else".to_owned() })
        }
        Err(error) if access == Access::Write && kind(&error) == Kind::Unusable => {
            Err(Trouble::of_writing(&error))
        }
        Err(error) => Err(Trouble::of_reading(&error)),
    }
}

/// Copies the file to the first free name of its kind.
fn copy(path: &Path) -> io::Result<PathBuf> {
    for number in 1.. {
        let copy = path.with_extension(format!("damaged-{number}.db"));
        match File::create_new(&copy) {
            Ok(mut to) => return io::copy(&mut open_regular(path)?, &mut to).map(|_| copy),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    unreachable!("there are not as many files")
}

/// Waits for the lock, but not for ever: its holder may be suspended. `None` where there is none to be had.
fn lock(path: &Path) -> Option<File> {
    let lock = File::options().create(true).append(true).open(path).ok()?;
    let started = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Some(lock),
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
        }
    }
}

fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{}/{name}", dot_probe::NAME)
}
