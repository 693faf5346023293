//! Lower stores: read-only ones, or those of other users. Their content is hashed before its first use, and the loader keeps the
//! stamp in its own store. Nothing is written to them, and no lock is taken there. Nothing in them is trusted: a name may lead
//! elsewhere, and a file may be a pipe. It does not know what happens with what it finds.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::name::file_name;
use crate::digest::Sha256;
use crate::platform::open_itself;
use crate::store::{self, Key, Shelf, Store};

/// The maximum size of a record of a file or a folder, in bytes.
const LONGEST_RECORD: u64 = 1 << 20;

/// Reads a record of a lower store at `root`.
pub(super) fn record<T: DeserializeOwned>(root: &Path, key: Key) -> Option<T> {
    let file = open(&store::record_path(root, Shelf::Entries, key)).ok()?;
    let mut text = Vec::new();
    file.take(LONGEST_RECORD).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Returns where a file or folder is: in the loader's own store, or in a lower one. `None` if the name is invalid.
pub(super) fn path(
    store: &Store,
    layer: Option<&Path>,
    digest: Sha256,
    name: &str,
) -> Option<PathBuf> {
    let root = layer.unwrap_or(store.root());
    (file_name(name) == name).then(|| store::shelf_path(root, digest).join(name))
}

/// Opens a regular file. Refuses a symbolic link, and does not wait for the other end of a pipe.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = open_itself(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
}
