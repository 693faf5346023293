//! The store as one import sees it: what the import may use and holds. It does not know what the import looks for.

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
    /// Whether the import may use what has this digest. In this store it holds it first; a lower store must still be configured.
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

    /// Protects what has this digest from pruning while the loader lives, and records the use.
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
