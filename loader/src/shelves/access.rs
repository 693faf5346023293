//! The store as one import has it: what it may use of it, and holds. It does not know what is looked for.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::digest::Sha256;
use crate::errands::Errand;
use crate::interface::ImportCause;
use crate::locks::holds::Holds;
use crate::platform;
use crate::store::{Store, usage};
use crate::verdict::Kind;

/// The store's files, for one import.
#[derive(Clone, Copy)]
pub(crate) struct Shelves<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) holds: &'a Holds,
    pub(crate) kind: Kind,
}

impl Shelves<'_> {
    /// Whether what has this digest may be used: of this store it is held first, and a lower store must still be one.
    pub(super) fn may_use(
        &self,
        layer: Option<&Path>,
        digest: Sha256,
    ) -> Result<bool, ImportCause> {
        match layer {
            Some(root) => Ok(self.errand.settings.lower.iter().any(|lower| lower == root)),
            None => self.hold(digest).map(|()| true),
        }
    }

    /// Keeps what has this digest from being pruned while the loader lives, and writes down that it is used.
    pub(super) fn hold(&self, digest: Sha256) -> Result<(), ImportCause> {
        if self.holds.hold(self.store, self.errand, digest)? {
            usage::note(self.store, self.errand, digest);
        }
        Ok(())
    }

    pub(super) fn create_folder(&self, folder: &Path) -> io::Result<()> {
        match platform::create_folder(folder, 0o700) {
            Ok(()) => platform::flush(&File::open(self.store.files())?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}
