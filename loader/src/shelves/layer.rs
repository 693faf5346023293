//! Lower stores: another user's, or read-only ones. What is in them is hashed before it is first used, and its stamp is kept in one's
//! own store. Nothing is written to them, no lock is taken there, and nothing in them is trusted to be what it seems: a name
//! may lead elsewhere, and a file may be a pipe. It does not know what becomes of what is found.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::name::file_name;
use crate::digest::Sha256;
use crate::platform::open_itself;
use crate::store::{self, Key, Shelf, Store};

/// No record of a file or a folder is longer, in bytes.
const LONGEST_RECORD: u64 = 1 << 20;

/// The record of a lower store at `root`.
pub(super) fn record<T: DeserializeOwned>(root: &Path, key: Key) -> Option<T> {
    let file = open(&store::record_path(root, Shelf::Entries, key)).ok()?;
    let mut text = Vec::new();
    file.take(LONGEST_RECORD).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Where a file or folder is: in one's own store, or in a lower one. Nothing if the name is none.
pub(super) fn path(
    store: &Store,
    layer: Option<&Path>,
    digest: Sha256,
    name: &str,
) -> Option<PathBuf> {
    let root = layer.unwrap_or(store.root());
    (file_name(name) == name).then(|| store::shelf_path(root, digest).join(name))
}

/// Opens a regular file: no symbolic link, and without waiting for a pipe's other end.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = open_itself(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
}
