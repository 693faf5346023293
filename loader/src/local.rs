//! Libraries that are local files: copied into the store as a download is, and again when they change. It does not know locks.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::digest::{Hashing, Sha256};
use crate::draft::{Draft, Purpose};
use crate::errand::Errand;
use crate::error::Cause;
use crate::fitness;
use crate::once::Work;
use crate::settle::settle;
use crate::shelf::{Parcel, Shelves, Stored, file_name};
use crate::stamp::Stamp;
use crate::store::Key;
use crate::turns;

/// One library that is a local file.
pub(crate) struct Local<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) shelves: Shelves<'a>,
    pub(crate) path: &'a Path,
    pub(crate) pinned: Option<Sha256>,
}

/// What the entry and the lock of a local file are called.
pub(crate) fn key(path: &Path) -> Key {
    Key::new([b"path".as_slice(), path.as_os_str().as_encoded_bytes()])
}

impl Local<'_> {
    pub(crate) fn key(&self) -> Key {
        key(self.path)
    }

    fn stamp(&self) -> Result<Stamp, Cause> {
        std::fs::metadata(self.path)
            .map(|metadata| Stamp::of(&metadata))
            .map_err(Cause::disk("read", self.path))
    }

    fn copy(&self) -> Result<Stored, Cause> {
        let Shelves { kind, store, .. } = self.shelves;
        let machine = self.errand.settings.machine;
        let directory = store.files();
        settle(self.errand, self.path)?;
        let before = self.stamp()?;
        let mut source = File::open(self.path).map_err(Cause::disk("open", self.path))?;
        let draft = Draft::create(&directory, Purpose::Stored(fitness::permission(kind)))
            .map_err(Cause::disk("create a file in", &directory))?;
        let mut copy = Hashing::new(draft);
        let size = io::copy(&mut source, &mut copy).map_err(Cause::disk("copy", self.path))?;
        let found = copy.digest();
        let draft = copy.into_inner();
        if self.stamp()? != before || size != before.size {
            return Err(Cause::Changing { path: self.path.to_owned() });
        }
        fitness::check(kind, draft.file(), size, machine)?;
        if let Some(expected) = self.pinned
            && expected != found
        {
            return Err(Cause::DigestMismatch { expected, found });
        }
        let parcel = Parcel {
            draft,
            digest: found,
            name: &file_name(&self.path.to_string_lossy()),
            pin: None,
            source: Some(before),
            adopted: false,
        };
        self.shelves.put(parcel, &[self.key()])
    }
}

impl Work for Local<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, Cause> {
        let stored = self.shelves.look(self.key(), Some(self.stamp()?))?;
        Ok(stored.filter(|stored| self.pinned.is_none_or(|pinned| pinned == stored.digest)))
    }

    fn make(&self) -> Result<Stored, Cause> {
        let origins = [self.path.display().to_string()];
        turns::take(self.errand, &origins, &mut |_| Ok(self.copy()?))
    }
}
