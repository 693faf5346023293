//! Libraries that are local files: copied into the store like a download, and again when they change. It does not know locks.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::turns;
use super::unpack::Unpacking;
use crate::digest::{Hashing, Sha256};
use crate::errands::{Errand, open_file, settle};
use crate::files::{Draft, Stamp};
use crate::interface::ImportCause;
use crate::locks::Work;
use crate::shelves::{Parcel, Shelves, Stored, file_name};
use crate::store::Key;

/// How many bytes are copied before the next check whether the caller has cancelled.
const CHUNK: u64 = 8 << 20;

/// One library that is a local file.
pub(crate) struct Local<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) shelves: Shelves<'a>,
    pub(crate) path: &'a Path,
    pub(crate) member: Option<&'a str>,
    pub(crate) pinned: Option<Sha256>,
}

/// Returns the key of the entry and the lock of a local file or of its member. For a member it includes the pin, because the
/// stored content does not show which digest the archive had to have.
pub(crate) fn key(path: &Path, member: Option<&str>, pinned: Option<Sha256>) -> Key {
    let path = path.as_os_str().as_encoded_bytes();
    match member {
        None => Key::new([b"path".as_slice(), path]),
        Some(member) => {
            let pinned = pinned.map(|digest| digest.to_string()).unwrap_or_default();
            Key::new([b"path".as_slice(), path, member.as_bytes(), pinned.as_bytes()])
        }
    }
}

impl Local<'_> {
    pub(crate) fn key(&self) -> Key {
        key(self.path, self.member, self.pinned)
    }

    fn stamp(&self) -> Result<Stamp, ImportCause> {
        std::fs::metadata(self.path)
            .map(|metadata| Stamp::of(&metadata))
            .map_err(ImportCause::disk("read", self.path))
    }

    fn copy(&self) -> Result<Stored, ImportCause> {
        settle(self.errand, self.path)?;
        let (mut source, metadata) = open_file(self.path)?;
        let before = Stamp::of(&metadata);
        let limit = self.errand.settings.max_size;
        if before.size > limit {
            return Err(ImportCause::TooLarge { limit });
        }
        let mut copy = Hashing::new(self.unpacking().draft()?);
        let size = self.copy_bytes(&mut source, &mut copy, before.size)?;
        let found = copy.digest();
        let path = || self.path.to_owned();
        if self.stamp()? != before {
            return Err(ImportCause::Changing { path: path() });
        }
        if size != before.size {
            // The file is unchanged, but its real length differs from its metadata, for example in /proc.
            return Err(ImportCause::NoFile { path: path(), found: "made up by the system" });
        }
        if let Some(expected) = self.pinned
            && expected != found
        {
            return Err(ImportCause::DigestMismatch { expected, found });
        }
        let content = self.unpacking().unpack(copy.into_inner(), found, size)?;
        let address = self.path.to_string_lossy();
        let name = self.member.map_or(&*address, |member| member.trim_end_matches('/'));
        let parcel = Parcel {
            content,
            name: &file_name(name),
            pin: None,
            source: Some(before),
            adopted: false,
        };
        self.shelves.put(parcel, &[self.key()])
    }

    /// Copies `size` bytes, and one more if there is one: a growing file would otherwise be copied without end.
    fn copy_bytes(
        &self,
        source: &mut File,
        copy: &mut Hashing<Draft>,
        size: u64,
    ) -> Result<u64, ImportCause> {
        let failed = || ImportCause::disk("copy", self.path);
        let mut copied = 0;
        while copied <= size {
            self.errand.check()?;
            let chunk = CHUNK.min(size + 1 - copied);
            let count = io::copy(&mut source.take(chunk), copy).map_err(failed())?;
            if count == 0 {
                break;
            }
            copied += count;
        }
        Ok(copied)
    }

    fn unpacking(&self) -> Unpacking<'_> {
        Unpacking { shelves: self.shelves, member: self.member }
    }
}

impl Work for Local<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, ImportCause> {
        let stored = self.unpacking().look(self.key(), Some(self.stamp()?))?;
        let right = |stored: &Stored| {
            self.member.is_some() || self.pinned.is_none_or(|pinned| pinned == stored.digest)
        };
        Ok(stored.filter(right))
    }

    fn make(&self) -> Result<Stored, ImportCause> {
        let origins = [self.path.display().to_string()];
        turns::take(self.errand, &origins, &mut |_| Ok(self.copy()?))
    }
}
