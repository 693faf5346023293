//! A file or a folder at one moment, to check later whether it is unchanged. It does not know its
//! purpose.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::regular::open_regular;
use super::shape::Shape;
use super::stamp::Stamp;
use super::stamps::{self, Stamps};
use crate::digest::Sha256;

/// A file's stamp and content, or a folder's stamps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The digest of the file, or of the folder's stamps: every name with its stamp.
    pub(crate) digest: Sha256,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    File(Stamp),
    /// Everything in it counts, including what is added later.
    Folder {
        /// The sum of the sizes of its files, in bytes.
        size: u64,
    },
    /// Only what was in it at that moment counts.
    Made {
        size: u64,
        names: Vec<String>,
    },
}

impl Snapshot {
    /// Reads a file, or lists a folder in which everything counts.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            let Stamps { digest, size, .. } = stamps::of_all(path)?;
            return Ok(Self { digest, state: State::Folder { size } });
        }
        let (digest, _) = Sha256::of_reader(&mut open_regular(path)?)?;
        Ok(Self { digest, state: State::File(Stamp::of(&metadata)) })
    }

    /// Reads a file, or lists a folder that was just made: what users add to it later does not
    /// count.
    pub(crate) fn of_made(path: &Path) -> io::Result<Self> {
        if !fs::metadata(path)?.is_dir() {
            return Self::of(path);
        }
        let names = stamps::names(path)?;
        let Stamps { digest, size, .. } = stamps::of(path, names.iter().map(String::as_str))?;
        Ok(Self { digest, state: State::Made { size, names } })
    }

    pub(crate) fn shape(&self) -> Shape {
        match self.state {
            State::File(_) => Shape::File,
            State::Folder { .. } | State::Made { .. } => Shape::Folder,
        }
    }

    /// Returns the size in bytes.
    pub(crate) fn size(&self) -> u64 {
        match self.state {
            State::File(stamp) => stamp.size,
            State::Folder { size } | State::Made { size, .. } => size,
        }
    }

    /// For a folder that was made: returns the names that count.
    pub(crate) fn into_names(self) -> Vec<String> {
        match self.state {
            State::Made { names, .. } => names,
            State::File(_) | State::Folder { .. } => Vec::new(),
        }
    }

    /// Whether it is unchanged, by stamps alone.
    pub(crate) fn still_holds(&self, path: &Path) -> bool {
        let stamps = match &self.state {
            State::File(stamp) => {
                return fs::metadata(path).is_ok_and(|metadata| Stamp::of(&metadata) == *stamp);
            }
            State::Folder { .. } => stamps::of_all(path),
            State::Made { names, .. } => stamps::of(path, names.iter().map(String::as_str)),
        };
        stamps.is_ok_and(|stamps| stamps.digest == self.digest)
    }

    /// Whether it has the same content. Reads the content if the stamps differ.
    pub(crate) fn holds_content(&self, path: &Path) -> bool {
        self.still_holds(path) || self.is_content_of(path)
    }

    /// Whether it has the same content. Reads the content; for a folder, compares the stamps.
    pub(crate) fn is_content_of(&self, path: &Path) -> bool {
        match self.state {
            State::File(_) => Self::of(path).is_ok_and(|now| now.digest == self.digest),
            State::Folder { .. } | State::Made { .. } => self.still_holds(path),
        }
    }
}
