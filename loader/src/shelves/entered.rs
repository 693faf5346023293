//! How an entry of the store is found, whatever it is of: in this store, and then in the lower ones. It does not know when one can
//! be trusted.

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
    /// Whether it is of the version that is read here.
    fn is_current(&self) -> bool;

    /// The stamp of the local file that it is a copy of.
    fn source(&self) -> Option<Stamp>;

    /// The lower store that it is in.
    fn layer(&self) -> Option<&Path>;

    /// The digest that what it is of has in the store.
    fn content(&self) -> Sha256;

    /// The same entry, of what is in the lower store `root`.
    fn in_layer(self, root: PathBuf) -> Self;

    /// What it promises, if that is there and whole.
    fn trust(self, shelves: &Shelves<'_>, key: Key, verify: Verify) -> Option<Stored>;
}

impl Shelves<'_> {
    /// What is entered under `key`, copied from a local file with the stamp `source` if that is given, and can be trusted.
    ///
    /// # Errors
    ///
    /// The store is being pruned, and that takes too long.
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
