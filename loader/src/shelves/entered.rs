//! How to find an entry of any kind: in this store first, then in the lower ones. It does not know
//! when to trust one.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::access::Shelves;
use super::layer;
use super::stored::Stored;
use crate::digest::Sha256;
use crate::files::Stamp;
use crate::interface::{ImportCause, Verify};
use crate::store::{Key, Shelf};

/// What the store knows under a key.
pub(super) trait Entered: DeserializeOwned {
    /// Whether it has the version that is read here.
    fn is_current(&self) -> bool;

    /// The stamp of the local file that it is a copy of.
    fn source(&self) -> Option<Stamp>;

    /// The lower store that it is in.
    fn layer(&self) -> Option<&Path>;

    /// The digest of its content in the store.
    fn content(&self) -> Sha256;

    /// The same entry, for the content in the lower store `root`.
    fn in_layer(self, root: PathBuf) -> Self;

    /// Returns the content that it promises, if that exists and is complete.
    fn trust(self, shelves: &Shelves<'_>, key: Key, verify: Verify) -> Option<Stored>;
}

impl Shelves<'_> {
    /// Returns the trusted content entered under `key`; if `source` is given, only a copy of a
    /// local file with that stamp.
    ///
    /// # Errors
    ///
    /// Fails if the store is being pruned for too long.
    pub(super) fn find<E: Entered>(
        &self,
        key: Key,
        source: Option<Stamp>,
    ) -> Result<Option<Stored>, ImportCause> {
        let settings = self.errand.settings;
        let fits = |entry: &E| entry.is_current() && (source.is_none() || entry.source() == source);
        if let Some(entry) = self.store.record::<E>(Shelf::Entries, key).filter(fits)
            && self.may_use(entry.layer(), entry.content())?
            && let Some(stored) = entry.trust(self, key, settings.verify)
        {
            return Ok(Some(stored));
        }
        Ok(settings.lower.iter().find_map(|root| {
            let entry = layer::record::<E>(root, key).filter(fits)?;
            entry.in_layer(root.clone()).trust(self, key, Verify::Always)
        }))
    }
}
