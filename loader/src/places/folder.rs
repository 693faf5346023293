//! Copies of the store's folders at places outside the store. A folder gets its name in one step, with all its content. It does
//! not know where the folder comes from.
//!
//! What users add to a folder belongs to them: it is not judged, and it moves along when the folder is replaced.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::beside::{FORMAT, Put, is_unfinished, key, tidy};
use crate::digest::{Hashing, Sha256};
use crate::errands::{Errand, settle};
use crate::files::{Item, Listing, Permission, Purpose, Seen, Staging, stamps};
use crate::interface::{ImportCause, Occupant, Verify};
use crate::locks::Work;
use crate::platform;
use crate::shelves::Stored;
use crate::store::{Shelf, Store};

/// What was at a place when it was last known to be right.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: u32,
    /// The digest of the folder's listing.
    listing: Sha256,
    /// The names of its published content.
    #[serde(default)]
    names: Vec<String>,
    /// The digest of their stamps.
    #[serde(default)]
    stamps: Option<Sha256>,
}

/// One folder and its place.
pub(crate) struct FolderPlacement<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) stored: &'a Stored,
    /// Its published content.
    pub(crate) wanted: &'a Listing,
    pub(crate) to: &'a Path,
}

/// What is at a place that is not known to be right.
enum Occupancy {
    /// Nothing, or an empty folder.
    Free,
    /// The folder itself.
    Same,
    /// An unfinished copy: to be replaced.
    Worthless,
    /// A folder from probe, damaged or older: to be replaced by the wanted one, plus what lies beside these names.
    Ours(Vec<String>),
    /// Something that is not probe's.
    Taken(Occupant),
}

/// Returns what the place looked like when it was last known to hold the folder with this listing.
pub(super) fn recorded(store: &Store, to: &Path, listing: Sha256) -> Option<Seen> {
    let record = record(store, to).filter(|record| record.listing == listing)?;
    record.stamps.map(Seen::Folder)
}

fn record(store: &Store, to: &Path) -> Option<Record> {
    let record = store.record::<Record>(Shelf::Places, key(to))?;
    (record.format == FORMAT).then_some(record)
}

impl FolderPlacement<'_> {
    fn examine(&self) -> Result<Occupancy, ImportCause> {
        let read = || ImportCause::disk("read", self.to);
        let metadata = match fs::symlink_metadata(self.to) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupancy::Free),
            Err(error) => return Err(read()(error)),
        };
        if metadata.is_symlink() {
            return Ok(Occupancy::Worthless);
        }
        if !metadata.is_dir() {
            return Ok(Occupancy::Taken(Occupant::NoFolder));
        }
        let there = Listing::read_again(self.to, self.wanted).map_err(read())?;
        if there == *self.wanted {
            return Ok(Occupancy::Same);
        }
        if fs::read_dir(self.to).map_err(read())?.next().is_none() {
            return Ok(Occupancy::Free);
        }
        let mut unfinished = true;
        for (path, item) in there.iter() {
            self.errand.check()?;
            unfinished &= self.belongs(path, item, self.wanted.get(path))?;
        }
        if let Some(record) = record(self.store, self.to)
            && (unfinished && record.listing == self.stored.digest || self.is_untouched(&record))
        {
            return Ok(Occupancy::Ours(record.names));
        }
        let known = |name: &str| self.wanted.get(name).is_some();
        let beside = stamps::beside(self.to, &known, 1).map_err(read())?;
        if unfinished && beside.is_empty() || self.errand.settings.replace {
            return Ok(Occupancy::Worthless);
        }
        Ok(Occupancy::Taken(Occupant::Folder))
    }

    /// Whether what is at `path` in the folder belongs there, or is the beginning of what belongs there. Waits for a process that
    /// writes to a file.
    fn belongs(&self, path: &str, item: &Item, wanted: Option<&Item>) -> Result<bool, ImportCause> {
        if Some(item) == wanted {
            return Ok(true);
        }
        let (Item::File { size, .. }, Some(Item::File { size: whole, .. })) = (item, wanted) else {
            return Ok(false);
        };
        let place = self.to.join(path);
        settle(self.errand, &place)?;
        let unfinished = || -> io::Result<bool> {
            let mut file = File::open(&place)?;
            Ok(size <= whole && is_unfinished(&mut file, &self.stored.path.join(path))?)
        };
        match unfinished() {
            // Its owner has removed it: the writer continues under another name, or has stopped.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            result => result.map_err(ImportCause::disk("read", &place)),
        }
    }

    /// Whether what probe put there, whatever it was, is unchanged.
    fn is_untouched(&self, record: &Record) -> bool {
        let names = record.names.iter().map(String::as_str);
        let now = || stamps::of(self.to, names).ok().map(|stamps| stamps.digest);
        record.stamps.is_some() && record.stamps == now()
    }

    /// Makes the copy to publish.
    fn copy(&self, directory: &Path) -> Result<Staging, ImportCause> {
        /// How often to begin again if other processes remove it as litter.
        const TRIES: usize = 3;

        let mut tries = 1;
        loop {
            let staging = Staging::beside(self.to)
                .map_err(ImportCause::disk("create a folder in", directory))?;
            match self.fill(&staging.content()) {
                Ok(()) => return Ok(staging),
                Err(_) if staging.is_gone() && tries < TRIES => tries += 1,
                Err(cause) => return Err(cause),
            }
        }
    }

    /// Copies everything to the empty folder `to`, and checks it during the copy.
    fn fill(&self, to: &Path) -> Result<(), ImportCause> {
        for (path, item) in self.wanted.iter() {
            self.errand.check()?;
            let (from, place) = (self.stored.path.join(path), to.join(path));
            match item {
                // Folders before their content.
                Item::Folder => platform::create_folder(&place, 0o777),
                Item::Link { target } => platform::link(target, &place),
                Item::File { digest, permission, .. } => {
                    let found = copy_file(&from, &place, *permission)
                        .map_err(ImportCause::disk("copy to", &place))?;
                    // The disk has changed what the stamp vouches for.
                    if let Some(found) = found.filter(|found| found != digest) {
                        return Err(ImportCause::DigestMismatch { expected: *digest, found });
                    }
                    Ok(())
                }
            }
            .map_err(ImportCause::disk("create", &place))?;
        }
        // Folders after their content.
        let folders = self.wanted.iter().rev().filter(|(_, item)| **item == Item::Folder);
        folders
            .map(|(path, _)| to.join(path))
            .chain([to.to_owned()])
            .try_for_each(|folder| platform::flush(&File::open(&folder)?))
            .map_err(ImportCause::disk("flush", to))
    }

    fn remember(&self) {
        // Without a record the next import hashes everything.
        let Some(stamps) = self.stamps() else { return };
        let names = self.wanted.names().map(str::to_owned).collect();
        let listing = self.stored.digest;
        let record = Record { format: FORMAT, listing, names, stamps: Some(stamps) };
        self.store.write_record(Shelf::Places, key(self.to), &record).ok();
    }

    fn stamps(&self) -> Option<Sha256> {
        stamps::of(self.to, self.wanted.names()).ok().map(|stamps| stamps.digest)
    }
}

impl Work for FolderPlacement<'_> {
    type Result = Put;

    fn look(&self) -> Result<Option<Put>, ImportCause> {
        let Some(Seen::Folder(stamps)) = recorded(self.store, self.to, self.stored.digest) else {
            return Ok(None);
        };
        let real = || fs::symlink_metadata(self.to).is_ok_and(|metadata| metadata.is_dir());
        let holds =
            || Listing::read_again(self.to, self.wanted).is_ok_and(|there| there == *self.wanted);
        let right = real()
            && self.stamps() == Some(stamps)
            && (self.errand.settings.verify == Verify::Stamps || holds());
        Ok(right.then_some(Put::Before))
    }

    fn make(&self) -> Result<Put, ImportCause> {
        let Some(directory) = self.to.parent() else {
            let occupant = Occupant::Folder;
            return Err(ImportCause::Occupied { path: self.to.to_owned(), occupant });
        };
        fs::create_dir_all(directory).map_err(ImportCause::disk("create", directory))?;
        tidy(self.to, directory);
        let publish = || ImportCause::disk("publish", self.to);
        loop {
            self.errand.check()?;
            let put = match self.examine()? {
                Occupancy::Same => Put::Before,
                Occupancy::Taken(occupant) => {
                    return Err(ImportCause::Occupied { path: self.to.to_owned(), occupant });
                }
                Occupancy::Free => {
                    let copy = self.copy(directory)?;
                    if !copy.publish(self.to).map_err(publish())? {
                        // Another process was faster: check what it put there.
                        continue;
                    }
                    Put::Anew
                }
                Occupancy::Worthless => {
                    self.copy(directory)?.publish_over(self.to).map_err(publish())?;
                    Put::Anew
                }
                Occupancy::Ours(names) => {
                    let copy = self.copy(directory)?;
                    let is_ours = |name: &str| {
                        self.wanted.get(name).is_some() || names.iter().any(|known| known == name)
                    };
                    take_along(self.to, &copy.content(), &is_ours).map_err(publish())?;
                    copy.publish_over(self.to).map_err(publish())?;
                    Put::Anew
                }
            };
            // This is the last visit before the record exists, so try again to remove what could not be removed.
            tidy(self.to, directory);
            self.remember();
            return Ok(put);
        }
    }
}

/// Copies a file, flushes it to the disk, and returns the digest of the copied bytes; none if the file system shares the content.
fn copy_file(from: &Path, to: &Path, permission: Permission) -> io::Result<Option<Sha256>> {
    let mut source = File::open(from)?;
    let mode = Purpose::Placed(permission).mode();
    let file = match platform::share(&source, platform::create_file(to, mode)?, Some(to)) {
        Ok(shared) => return platform::flush(&shared).map(|()| None),
        Err(file) => file,
    };
    let mut copy = Hashing::new(file);
    io::copy(&mut source, &mut copy)?;
    let digest = copy.digest();
    platform::flush(&copy.into_inner())?;
    Ok(Some(digest))
}

/// Gives everything in the folder `from`, except what `is_ours`, a second name in the folder `to`. So nothing of it is lost at
/// any interruption. Leaves out sockets and similar files.
fn take_along(from: &Path, to: &Path, is_ours: &dyn Fn(&str) -> bool) -> io::Result<()> {
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(from.join(&inner))? {
            let entry = entry?;
            let (path, kind) = (inner.join(entry.file_name()), entry.file_type()?);
            let ours = path.to_str().is_some_and(is_ours);
            let place = to.join(&path);
            if kind.is_dir() {
                folders.push(path);
                if !ours {
                    fs::create_dir_all(&place)?;
                }
            } else if !ours && (kind.is_file() || kind.is_symlink()) {
                if let Some(folder) = place.parent() {
                    fs::create_dir_all(folder)?;
                }
                // Without hard links it makes copies.
                fs::hard_link(entry.path(), &place)
                    .or_else(|_| fs::copy(entry.path(), &place).map(drop))?;
            }
        }
    }
    Ok(())
}
