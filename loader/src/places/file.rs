//! Copies of the store's files at the places where tests look for them. It does not know where a
//! library comes from.
//!
//! A copy shares no inode with the store, so a process that writes in place cannot damage the
//! store's own file. It is never a symbolic link, because some loaders reject links.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::beside::{FORMAT, Put, is_unfinished, key, tidy};
use crate::digest::{Hashing, Sha256};
use crate::errands::{Errand, settle};
use crate::files::{Draft, Permission, Published, Purpose, Stamp};
use crate::interface::{ImportCause, Occupant, Pin, Verify};
use crate::locks::Work;
use crate::platform;
use crate::shelves::{self, Stored};
use crate::store::{Shelf, Store};
use crate::verdict::{FileVerdict, Kind, fitness};

/// What was at a place when it was last known to be right.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: u32,
    file: Sha256,
    stamp: Stamp,
}

/// One file and its place.
pub(crate) struct Placement<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) kind: Kind,
    pub(crate) stored: &'a Stored,
    pub(crate) to: &'a Path,
    pub(crate) former: Option<&'a Pin>,
}

/// What is at a place that is not known to be right.
enum Occupancy {
    /// Nothing.
    Free,
    /// The file itself: another process put it there, or the record was lost.
    Same(Stamp),
    /// Something that no process can use, or an older content from probe: to be replaced.
    Worthless,
    /// Something that is not probe's.
    Taken(Occupant),
}

pub(super) fn recorded(store: &Store, to: &Path, file: Sha256) -> Option<Stamp> {
    let record = store.record::<Record>(Shelf::Places, key(to))?;
    (record.format == FORMAT && record.file == file).then_some(record.stamp)
}

/// Whether the file at a place is as this store left it.
pub(crate) fn is_ours(store: &Store, to: &Path) -> bool {
    let Ok(metadata) = fs::symlink_metadata(to) else {
        return false;
    };
    store
        .record::<Record>(Shelf::Places, key(to))
        .is_some_and(|record| record.stamp == Stamp::of(&metadata))
}

/// Returns what a complete file that is not the library is: another known version, or anything
/// else.
pub(crate) fn occupant(
    store: &Store,
    former: Option<&Pin>,
    found: Sha256,
    expected: Sha256,
) -> Occupant {
    let former = former.filter(|pin| pin.sha256 == found).map(|pin| pin.url.clone());
    let former = former.or_else(|| shelves::origin(store, found));
    former.map_or(Occupant::File { found, expected }, Occupant::Former)
}

impl Placement<'_> {
    /// Examines what is there. Reads it if it has the right size or could be the beginning of the
    /// library.
    fn examine(&self) -> io::Result<Occupancy> {
        let metadata = match fs::symlink_metadata(self.to) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupancy::Free),
            Err(error) => return Err(error),
        };
        if metadata.is_symlink() {
            return Ok(Occupancy::Worthless);
        }
        if !metadata.is_file() {
            return Ok(Occupancy::Taken(Occupant::NoFile));
        }
        self.examine_file(&metadata)
    }

    fn examine_file(&self, metadata: &Metadata) -> io::Result<Occupancy> {
        let mut file = File::open(self.to)?;
        let size = metadata.len();
        let whole = fitness::check(self.kind, &file, size, self.errand.settings.machine);
        if let Err(unfit) = whole {
            return match FileVerdict::from(unfit) {
                // A file for another machine may be right there: machines share such places over networks.
                FileVerdict::WrongMachine { .. } => self.judge_other(&mut file),
                // No failed transfer leaves this: it is the user's own file, unless the library was there before.
                FileVerdict::NotALibrary(found) if !found.is_left_by_transfers() => {
                    if self.was_placed() || is_unfinished(&mut file, &self.stored.path)? {
                        return Ok(Occupancy::Worthless);
                    }
                    self.judge_other(&mut file)
                }
                _ => Ok(Occupancy::Worthless),
            };
        }
        if size == self.stored.size {
            let (digest, _) = Sha256::of_reader(&mut file)?;
            if digest == self.stored.digest {
                return Ok(Occupancy::Same(Stamp::of(metadata)));
            }
        }
        if size <= self.stored.size && is_unfinished(&mut file, &self.stored.path)? {
            return Ok(Occupancy::Worthless);
        }
        self.judge_other(&mut file)
    }

    /// Whether this store has put the library there, in whatever state it is now.
    fn was_placed(&self) -> bool {
        let record = self.store.record::<Record>(Shelf::Places, key(self.to));
        record.is_some_and(|record| record.format == FORMAT && record.file == self.stored.digest)
    }

    /// Whether the content at the place is the library's.
    fn holds(&self) -> io::Result<bool> {
        Ok(Sha256::of_reader(&mut File::open(self.to)?)?.0 == self.stored.digest)
    }

    fn judge_other(&self, file: &mut File) -> io::Result<Occupancy> {
        io::Seek::rewind(file)?;
        let (digest, _) = Sha256::of_reader(file)?;
        Ok(self.taken(digest))
    }

    fn taken(&self, digest: Sha256) -> Occupancy {
        if self.errand.settings.replace || is_ours(self.store, self.to) {
            Occupancy::Worthless
        } else {
            let occupant = occupant(self.store, self.former, digest, self.stored.digest);
            Occupancy::Taken(occupant)
        }
    }

    /// Waits for a process that writes to the file: the file is changing, not incomplete.
    fn settle(&self) -> Result<(), ImportCause> {
        match fs::symlink_metadata(self.to) {
            Ok(metadata) if metadata.is_file() => settle(self.errand, self.to),
            _ => Ok(()),
        }
    }

    /// Makes the copy to publish.
    fn copy(&self, directory: &Path) -> Result<Draft, ImportCause> {
        let read = ImportCause::disk("read", &self.stored.path);
        let open = || File::open(&self.stored.path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, mut source) = open().map_err(read)?;
        let purpose = Purpose::Placed(match fitness::permission(self.kind) {
            Permission::Execute => Permission::Execute,
            // It is a program, even if the manifest says otherwise.
            Permission::Read => Permission::of_mode(platform::mode(&metadata)),
        });
        let draft = Draft::beside(self.to, purpose)
            .map_err(ImportCause::disk("create a file in", directory))?;
        let (draft, is_shared) =
            draft.share(&source).map_err(ImportCause::disk("write a file in", directory))?;
        if is_shared {
            return Ok(draft);
        }
        let mut copy = Hashing::new(draft);
        io::copy(&mut source, &mut copy)
            .map_err(ImportCause::disk("write a file in", directory))?;
        let found = copy.digest();
        if found != self.stored.digest {
            // The disk has changed what the stamp vouches for.
            return Err(ImportCause::DigestMismatch { expected: self.stored.digest, found });
        }
        Ok(copy.into_inner())
    }

    fn remember(&self, stamp: Stamp) {
        let record = Record { format: FORMAT, file: self.stored.digest, stamp };
        // Without a record the next import hashes the file.
        self.store.write_record(Shelf::Places, key(self.to), &record).ok();
    }
}

impl Work for Placement<'_> {
    type Result = Put;

    fn look(&self) -> Result<Option<Put>, ImportCause> {
        let Some(stamp) = recorded(self.store, self.to, self.stored.digest) else {
            return Ok(None);
        };
        let untouched = fs::symlink_metadata(self.to)
            .is_ok_and(|metadata| metadata.is_file() && Stamp::of(&metadata) == stamp);
        let right = untouched
            && match self.errand.settings.verify {
                Verify::Stamps => true,
                Verify::Always => self.holds().unwrap_or(false),
            };
        Ok(right.then_some(Put::Before))
    }

    fn make(&self) -> Result<Put, ImportCause> {
        let Some(directory) = self.to.parent() else {
            return Err(ImportCause::Occupied {
                path: self.to.to_owned(),
                occupant: Occupant::NoFile,
            });
        };
        fs::create_dir_all(directory).map_err(ImportCause::disk("create", directory))?;
        tidy(self.to, directory);
        let mut draft = None;
        loop {
            self.errand.check()?;
            self.settle()?;
            let occupancy = self.examine().map_err(ImportCause::disk("read", self.to))?;
            match occupancy {
                Occupancy::Same(stamp) => {
                    self.remember(stamp);
                    return Ok(Put::Before);
                }
                Occupancy::Taken(occupant) => {
                    return Err(ImportCause::Occupied { path: self.to.to_owned(), occupant });
                }
                Occupancy::Free | Occupancy::Worthless => {}
            }
            let copy = match draft.take() {
                Some(copy) => copy,
                None => self.copy(directory)?,
            };
            let metadata = copy.file().metadata().map_err(ImportCause::disk("look at", self.to))?;
            let published = match occupancy {
                Occupancy::Free => copy.publish(self.to),
                _ => copy.publish_over(self.to).map(|()| Published::Here),
            };
            match published.map_err(ImportCause::disk("publish", self.to))? {
                Published::Here => {
                    self.remember(Stamp::of(&metadata));
                    return Ok(Put::Anew);
                }
                // Another process was faster: check what it put there.
                Published::Elsewhere(copy) => draft = Some(copy),
            }
        }
    }
}
