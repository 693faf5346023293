//! What is in a folder: every path with the digest of its content. Folders with equal listings are
//! equal. It does not know where the folder is, or times and inodes.
//!
//! Folders are compared by their published content. What is added later belongs to the users:
//! caches of an interpreter, locks, notes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::draft::Permission;
use crate::digest::Sha256;
use crate::platform;

/// A folder's content, by paths relative to the folder with parts joined by `/`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Listing(BTreeMap<String, Item>);

/// One item in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Item {
    Folder,
    File {
        digest: Sha256,
        /// The size in bytes.
        size: u64,
        permission: Permission,
    },
    /// A symbolic link with a relative target.
    Link {
        target: String,
    },
}

impl Listing {
    /// Lists the folder at `root`, and reads every file.
    ///
    /// # Errors
    ///
    /// Fails if something cannot be read, is not a file, folder or link, or has a name that is not
    /// UTF-8.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_str().ok_or(io::ErrorKind::InvalidData)?;
                let path =
                    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                let item = Item::read(&entry.path())?;
                if item == Item::Folder {
                    folders.push(path.clone());
                }
                listing.insert(path, item);
            }
        }
        Ok(listing)
    }

    /// Returns the current state of the `published` content in the folder at `root`: an equal
    /// listing if it is complete. Looks at nothing else there.
    ///
    /// # Errors
    ///
    /// Fails if something cannot be read.
    pub(crate) fn read_again(root: &Path, published: &Self) -> io::Result<Self> {
        let mut listing = Self::default();
        for path in published.names() {
            match Item::read(&root.join(path)) {
                Ok(item) => listing.insert(path.to_owned(), item),
                Err(error) if is_other(error.kind()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(listing)
    }

    /// Returns every path, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Item> {
        self.0.get(path)
    }

    pub(crate) fn insert(&mut self, path: String, item: Item) {
        self.0.insert(path, item);
    }

    /// Returns every item, each folder before its content.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Item)> {
        self.0.iter().map(|(path, item)| (path.as_str(), item))
    }

    /// Whether it contains no files.
    pub(crate) fn is_bare(&self) -> bool {
        !self.0.values().any(|item| matches!(item, Item::File { .. }))
    }

    /// Returns the sum of its files' sizes, in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.0
            .values()
            .map(|item| match item {
                Item::File { size, .. } => *size,
                Item::Folder | Item::Link { .. } => 0,
            })
            .sum()
    }

    /// Returns the digest of the listing, which stands for the content of the whole folder.
    ///
    /// # Errors
    ///
    /// No known ones: it writes the listing as JSON into memory.
    pub(crate) fn digest(&self) -> io::Result<Sha256> {
        Ok(Sha256::of(&serde_json::to_vec(self)?))
    }
}

/// Whether an error says that there is nothing, or something that no published folder contains.
fn is_other(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{InvalidData, NotADirectory, NotFound};

    matches!(kind, NotFound | NotADirectory | InvalidData)
}

impl Item {
    fn read(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        if metadata.is_dir() {
            return Ok(Self::Folder);
        }
        if metadata.is_symlink() {
            let target = fs::read_link(path)?;
            let target = target.to_str().ok_or(io::ErrorKind::InvalidData)?.to_owned();
            return Ok(Self::Link { target });
        }
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (digest, size) = Sha256::of_reader(&mut File::open(path)?)?;
        let permission = Permission::of_mode(platform::mode(&metadata));
        Ok(Self::File { digest, size, permission })
    }
}
