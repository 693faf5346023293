//! What killed processes have left under temporary names. A lock distinguishes it from what live processes still make, because a
//! maker holds a lock on it. It does not know what is made.
//!
//! Only a process that cleans up competes for the lock. A maker locks the file and then checks that it still has its name. A
//! process that cleans up removes the file only while it holds the lock. So neither removes what the other uses.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::digest::Sha256;
use crate::platform::{identity, open_itself};

/// The prefix of temporary names.
pub(crate) const PREFIX: &str = ".probe-";
/// If locks do not tell, something of this age was left by a killed process: nothing takes so long to make.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the prefix of the temporary names of what will be at `path`, and of nothing else.
pub(crate) fn prefix_of(path: &Path) -> String {
    let name = Sha256::of(path.as_os_str().as_encoded_bytes()).to_string();
    format!("{PREFIX}{}", &name[..16])
}

/// Shows that the process that has `file` open is alive and makes it. Does nothing without locks.
pub(crate) fn hold(file: &File) {
    file.try_lock().ok();
}

/// Like `hold`, for what already has a name. Returns `None` if it was removed as litter before it was locked, and must be made
/// again.
pub(crate) fn hold_named(path: &Path) -> io::Result<Option<File>> {
    let file = match open_itself(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    hold_opened(file, path)
}

/// Like `hold`, for what was opened a moment ago.
fn hold_opened(file: File, path: &Path) -> io::Result<Option<File>> {
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Ok(None);
    }
    let (held, named) = (file.metadata()?, fs::symlink_metadata(path));
    let is_there = named.is_ok_and(|named| identity(&named) == identity(&held));
    Ok(is_there.then_some(file))
}

/// Removes everything from a directory that has a name with `prefix` and is no longer being made. What cannot be removed stays
/// and only costs space.
pub(crate) fn sweep(directory: &Path, prefix: &str) -> io::Result<()> {
    each(directory, prefix, |path| {
        let Some(_lock) = dead(path) else { return };
        if !path.is_dir() {
            fs::remove_file(path).ok();
            return;
        }
        // Move it away in one step, in case its maker lives after all: if locks of another machine are not visible, the maker
        // finds that its folder is gone, and publishes nothing.
        let gone = tempfile::Builder::new().prefix(prefix).tempdir_in(directory);
        if let Ok(gone) = gone {
            fs::rename(path, gone.path().join("left")).ok();
        }
    })?;
    sweep_old(directory, prefix)
}

/// Like `sweep`, by age alone.
#[expect(clippy::disallowed_methods, reason = "where locks do not tell, age does")]
pub(crate) fn sweep_old(directory: &Path, prefix: &str) -> io::Result<()> {
    let now = SystemTime::now();
    each(directory, prefix, |path| {
        let Ok(metadata) = fs::symlink_metadata(path) else { return };
        let age = metadata.modified().map(|time| now.duration_since(time).unwrap_or_default());
        if age.is_ok_and(|age| age > ABANDONED) {
            if metadata.is_dir() {
                fs::remove_dir_all(path).ok();
            } else {
                fs::remove_file(path).ok();
            }
        }
    })
}

fn each(directory: &Path, prefix: &str, act: impl Fn(&Path)) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()) {
            act(&entry.path());
        }
    }
    Ok(())
}

/// Returns the lock on what is no longer being made; `None` if it is being made, or if that is unknown.
fn dead(path: &Path) -> Option<File> {
    let lock = open_itself(path).ok()?;
    lock.try_lock().ok()?;
    // A lock that is held twice is none.
    let again = open_itself(path).ok()?;
    again.try_lock().is_err().then_some(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_goes_and_what_somebody_holds_stays() {
        let directory = tempfile::tempdir().expect("directory");
        let path = |name: &str| directory.path().join(name);
        for name in [".probe-a-folder", ".probe-a-held-folder"] {
            fs::create_dir_all(path(name).join("content")).expect("create");
        }
        for name in [".probe-a", ".probe-a-held", ".probe-b", "probe-a"] {
            fs::write(path(name), "x").expect("write");
        }
        let held = [".probe-a-held", ".probe-a-held-folder"]
            .map(|name| hold_named(&path(name)).expect("open").expect("nobody else holds it"));
        let names = || {
            let entries = fs::read_dir(directory.path()).expect("list");
            let mut names = entries
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                .collect::<Vec<_>>();
            names.sort();
            names
        };
        sweep(directory.path(), ".probe-a").expect("sweep");
        assert_eq!(names(), [".probe-a-held", ".probe-a-held-folder", ".probe-b", "probe-a"]);
        drop(held);
        sweep(directory.path(), ".probe-a").expect("sweep");
        assert_eq!(names(), [".probe-b", "probe-a"]);
    }

    #[test]
    fn what_was_swept_before_it_was_locked_is_seen() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join(".probe-a");
        assert!(hold_named(&path).expect("open").is_none());
        fs::create_dir(&path).expect("create");
        let sweeper = open_itself(&path).expect("open");
        hold(&sweeper);
        assert!(hold_named(&path).expect("open").is_none());
    }

    #[test]
    fn what_was_swept_between_a_look_and_the_lock_is_seen_though_another_one_has_its_name() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join(".probe-a");
        let open = || open_itself(&path).expect("open");
        fs::create_dir(&path).expect("create");
        assert!(hold_opened(open(), &path).expect("look").is_some());
        let opened = open();
        fs::rename(&path, directory.path().join("gone")).expect("rename");
        assert!(hold_opened(opened, &path).expect("look").is_none());
        let opened = File::open(directory.path().join("gone")).expect("open");
        fs::create_dir(&path).expect("create");
        assert!(hold_opened(opened, &path).expect("look").is_none());
    }
}
