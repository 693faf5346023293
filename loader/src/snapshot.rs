//! A file or a folder as it was, to tell whether it still is. It does not know what it is for.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::digest::Sha256;
use crate::regular::open_regular;
use crate::shelf::Shape;
use crate::stamp::Stamp;

/// A file's stamp and content, or a folder's listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The file's digest, or that of the folder's listing: every name with its stamp.
    pub(crate) digest: Sha256,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    File(Stamp),
    /// The sum of the sizes of its files, in bytes.
    Folder {
        size: u64,
    },
}

impl Snapshot {
    /// Reads a file, or lists a folder.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            let (digest, size) = list(path)?;
            return Ok(Self { digest, state: State::Folder { size } });
        }
        let (digest, _) = Sha256::of_reader(&mut open_regular(path)?)?;
        Ok(Self { digest, state: State::File(Stamp::of(&metadata)) })
    }

    pub(crate) fn shape(&self) -> Shape {
        match self.state {
            State::File(_) => Shape::File,
            State::Folder { .. } => Shape::Folder,
        }
    }

    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        match self.state {
            State::File(stamp) => stamp.size,
            State::Folder { size } => size,
        }
    }

    /// Whether nobody has touched it, by stamps alone.
    pub(crate) fn still_holds(&self, path: &Path) -> bool {
        match self.state {
            State::File(stamp) => {
                fs::metadata(path).is_ok_and(|metadata| Stamp::of(&metadata) == stamp)
            }
            State::Folder { .. } => list(path).is_ok_and(|(digest, _)| digest == self.digest),
        }
    }

    /// Whether it has the same content, which is read if the stamps differ.
    pub(crate) fn holds_content(&self, path: &Path) -> bool {
        self.still_holds(path) || self.is_content_of(path)
    }

    /// Whether it has the same content, which is read; of a folder, its listing.
    pub(crate) fn is_content_of(&self, path: &Path) -> bool {
        Self::of(path).is_ok_and(|now| now.digest == self.digest)
    }
}

/// The digest of a folder's listing, and the sum of its files' sizes.
pub(crate) fn list(folder: &Path) -> io::Result<(Sha256, u64)> {
    let mut listing = Vec::new();
    let mut total = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let metadata = entry.metadata()?;
            let path = entry.path();
            listing.extend_from_slice(path.as_os_str().as_encoded_bytes());
            listing.push(0);
            if metadata.is_dir() {
                folders.push(path);
            } else {
                total += metadata.len();
                serde_json::to_writer(&mut listing, &Stamp::of(&metadata))?;
            }
        }
    }
    Ok((Sha256::of(&listing), total))
}
