//! Turns what has arrived into the content for the store: the file itself, or a member of it. It
//! does not know where it came from.

use std::path::Path;

use crate::archives::{self, Archive, ArchiveFailure};
use crate::digest::{Hashing, Sha256};
use crate::files::{Draft, Permission, Purpose, Staging, Stamp};
use crate::interface::ImportCause;
use crate::shelves::{Content, Shelves, Stored};
use crate::store::Key;
use crate::verdict::fitness;

/// What arrives for one library.
#[derive(Clone, Copy)]
pub(crate) struct Unpacking<'a> {
    pub(crate) shelves: Shelves<'a>,
    pub(crate) member: Option<&'a str>,
}

impl<'a> Unpacking<'a> {
    /// The member, if it is a folder.
    pub(crate) fn folder(&self) -> Option<&'a str> {
        self.member.filter(|member| archives::is_folder(member))
    }

    /// Looks for what was unpacked before. See [`Shelves::look`].
    pub(crate) fn look(
        &self,
        key: Key,
        source: Option<Stamp>,
    ) -> Result<Option<Stored>, ImportCause> {
        match self.folder() {
            Some(_) => self.shelves.look_folder(key, source),
            None => self.shelves.look(key, source),
        }
    }

    /// Makes a file for what arrives.
    pub(crate) fn draft(&self) -> Result<Draft, ImportCause> {
        let directory = self.shelves.store.files();
        Draft::create(&directory, self.purpose())
            .map_err(ImportCause::disk("create a file in", &directory))
    }

    pub(crate) fn purpose(&self) -> Purpose {
        Purpose::Stored(fitness::permission(self.shelves.kind))
    }

    /// Makes the library from the `size` bytes that have arrived.
    pub(crate) fn unpack(
        &self,
        mut draft: Draft,
        digest: Sha256,
        size: u64,
    ) -> Result<Content, ImportCause> {
        let Some(member) = self.member else {
            self.check(&mut draft, size)?;
            return Ok(Content::File { draft, digest });
        };
        let limit = self.shelves.errand.settings.max_size;
        let archive = Archive { file: draft.file(), size, limit };
        let directory = self.shelves.store.files();
        match self.folder() {
            Some(folder) => take_folder(archive, folder, &directory),
            None => self.take_file(archive, member, &directory),
        }
    }

    fn take_file(
        &self,
        archive: Archive<'_>,
        member: &str,
        directory: &Path,
    ) -> Result<Content, ImportCause> {
        let mut content = Hashing::new(self.draft()?);
        archives::take_file(archive, member, &mut content, &|error| {
            ArchiveFailure::disk("write a file in", directory)(error)
        })?;
        let digest = content.digest();
        let mut draft = content.into_inner();
        let metadata = draft.file().metadata();
        let size = metadata.map_err(ImportCause::disk("look at a file in", directory))?.len();
        self.check(&mut draft, size)?;
        Ok(Content::File { draft, digest })
    }

    /// Judges what has arrived, and makes it executable if it is useless otherwise.
    fn check(&self, draft: &mut Draft, size: u64) -> Result<(), ImportCause> {
        let Shelves { kind, errand, store, .. } = self.shelves;
        fitness::check(kind, draft.file(), size, errand.settings.machine)?;
        let mut permit = || match fitness::permission_of(kind, draft.file())? {
            Permission::Execute => draft.make_executable(),
            Permission::Read => Ok(()),
        };
        permit().map_err(|error| ImportCause::disk("change a file in", &store.files())(error))
    }
}

fn take_folder(
    archive: Archive<'_>,
    member: &str,
    directory: &Path,
) -> Result<Content, ImportCause> {
    let staging =
        Staging::create(directory).map_err(ImportCause::disk("create a folder in", directory))?;
    let listing = archives::take_folder(archive, member, &staging.content())?;
    Ok(Content::Folder { staging, listing })
}

impl From<ArchiveFailure> for ImportCause {
    fn from(failure: ArchiveFailure) -> Self {
        match failure {
            ArchiveFailure::NoArchive(verdict) => Self::NoArchive(verdict),
            ArchiveFailure::Damaged { cause } => Self::Archive { cause },
            ArchiveFailure::Unreadable { cause } => Self::Unreadable { cause },
            ArchiveFailure::Member { member, cause } => Self::Member { member, cause },
            ArchiveFailure::TooLarge { limit } => Self::TooLarge { limit },
            ArchiveFailure::Disk { action, path, error } => Self::disk(action, &path)(error),
        }
    }
}
