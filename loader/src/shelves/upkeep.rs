//! The upkeep of a store: what is in it, whether it is unchanged, and what is no longer needed. It
//! does not know libraries, and fetches nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::folder;
use super::references::{self, Reference};
use crate::digest::Sha256;
use crate::files::{Shape, stamps};
use crate::interface::StoreError;
use crate::store::aside::put_away;
use crate::store::usage::{self, Usage};
use crate::store::{Store, listings};

/// A store opened for its upkeep. It is safe beside any number of loaders and other upkeep.
#[derive(Debug)]
pub struct Upkeep {
    pub(super) store: Store,
}

/// One file or folder in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreItem {
    /// The name of the file or folder.
    pub name: String,
    /// The digest of the file, or of the folder's listing.
    pub digest: Sha256,
    /// Its path.
    pub path: PathBuf,
    /// A file or a folder.
    pub shape: Shape,
    /// The size in bytes; for a folder, the sum of its files.
    pub size: u64,
    /// When it was last used, to within a day; when it was made, if it was not used since.
    pub last_used: SystemTime,
    /// What it was used for at that time.
    pub usage: Option<Usage>,
    /// The URLs that it came from, without secrets, sorted. Empty for a copy of a local file.
    pub origins: Vec<String>,
}

/// The result of a check of a file or folder in the store.
#[derive(Debug, Clone)]
pub enum Checked {
    /// It has its digest.
    Whole,
    /// It has another digest, and was moved aside: the next import fetches it again.
    Damaged {
        /// The digest that it has.
        found: Sha256,
        /// Its new path.
        moved_to: PathBuf,
    },
    /// It cannot be read, and stays where it is.
    Unreadable(Arc<io::Error>),
    /// It no longer exists.
    Gone,
}

impl Upkeep {
    /// Opens the store at `root` and creates missing directories.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Loader::new`](crate::Loader::new).
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        Store::open(root).map(|store| Self { store })
    }

    /// Returns everything in the store, by name and digest.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn list(&self) -> Result<Vec<StoreItem>, StoreError> {
        let references = self.references()?;
        let mut items = Vec::new();
        for (digest, folder) in self.artefacts()? {
            let failed = StoreError::disk("list", &folder);
            let origins = references.get(&digest).map(Vec::as_slice).unwrap_or_default();
            match self.items(digest, &folder, origins) {
                Ok(found) => items.extend(found),
                // Pruned or moved aside meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        items.sort_by(|one, other| (&one.name, one.digest).cmp(&(&other.name, other.digest)));
        Ok(items)
    }

    /// Hashes one item of the list. If it is damaged, moves it into the store's directory
    /// `damaged`, where [`prune`](Self::prune) removes it when it is old. A process that has it
    /// open does not notice.
    ///
    /// # Errors
    ///
    /// Fails if it is damaged and cannot be moved.
    pub fn verify(&self, item: &StoreItem) -> Result<Checked, StoreError> {
        match self.hash(item) {
            Ok(found) if found == item.digest => Ok(Checked::Whole),
            Ok(found) => match self.move_aside(item) {
                Ok(moved_to) => Ok(Checked::Damaged { found, moved_to }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Checked::Gone),
                Err(error) => Err(StoreError::disk("move aside", &item.path)(error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Checked::Gone),
            Err(error) => Ok(Checked::Unreadable(Arc::new(error))),
        }
    }

    /// Returns the current digest of one item of the list. It is [`StoreItem::digest`] unless the
    /// item is damaged. For a folder it covers its published content only. Changes nothing.
    ///
    /// # Errors
    ///
    /// Fails if it no longer exists, or cannot be read.
    pub fn hash(&self, item: &StoreItem) -> io::Result<Sha256> {
        match item.shape {
            Shape::File => {
                Sha256::of_reader(&mut File::open(&item.path)?).map(|(digest, _)| digest)
            }
            Shape::Folder => {
                let published = listings::recorded(&self.store, item.digest);
                folder::read(&item.path, published)?.digest()
            }
        }
    }

    fn move_aside(&self, item: &StoreItem) -> io::Result<PathBuf> {
        let prefix = format!("{}-", &item.digest.to_string()[..16]);
        put_away(&self.store, &prefix, &item.path)
    }

    /// Returns where the known files and folders came from, by digest.
    pub(super) fn references(&self) -> Result<BTreeMap<Sha256, Vec<Reference>>, StoreError> {
        let mut references = BTreeMap::<_, Vec<_>>::new();
        for reference in references::all(&self.store)? {
            references.entry(reference.digest).or_default().push(reference);
        }
        Ok(references)
    }

    /// Returns the folder of every digest.
    pub(super) fn artefacts(&self) -> Result<Vec<(Sha256, PathBuf)>, StoreError> {
        let files = self.store.files();
        let list = || -> io::Result<Vec<_>> {
            let mut artefacts = Vec::new();
            for entry in fs::read_dir(&files)? {
                let entry = entry?;
                let name = entry.file_name();
                if let Some(digest) = name.to_str().and_then(|name| name.parse().ok()) {
                    artefacts.push((digest, entry.path()));
                }
            }
            artefacts.sort();
            Ok(artefacts)
        };
        list().map_err(StoreError::disk("list", &files))
    }

    /// Returns the files and folders with one digest: one, unless the same content has several
    /// names.
    pub(super) fn items(
        &self,
        digest: Sha256,
        folder: &Path,
        references: &[Reference],
    ) -> io::Result<Vec<StoreItem>> {
        let (last_used, usage) = self.last_use(digest, folder)?;
        let mut items = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let path = entry.path();
            let (shape, size) = if metadata.is_dir() {
                (Shape::Folder, stamps::of_all(&path)?.size)
            } else {
                (Shape::File, metadata.len())
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            let named = references.iter().filter(|reference| reference.name == name);
            let mut origins =
                named.filter_map(|reference| reference.origin.clone()).collect::<Vec<_>>();
            origins.sort();
            origins.dedup();
            let usage = usage.clone();
            items.push(StoreItem { name, digest, path, shape, size, last_used, usage, origins });
        }
        Ok(items)
    }

    pub(super) fn last_use(
        &self,
        digest: Sha256,
        folder: &Path,
    ) -> io::Result<(SystemTime, Option<Usage>)> {
        match usage::last(&self.store, digest) {
            Some((time, usage)) => Ok((time, Some(usage))),
            None => Ok((fs::metadata(folder)?.modified()?, None)),
        }
    }
}
