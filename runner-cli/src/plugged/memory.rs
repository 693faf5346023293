//! What is remembered of a project: the libraries that its commands have fetched through plug, in `.probe/plug.json`.
//!
//! Never able to fail a command: what cannot be read is nothing, what cannot be written is forgotten.

use std::io::{self, Write};
use std::path::Path;

use probe_loader::read_regular;
use serde::{Deserialize, Serialize};

use crate::dot_probe;

/// Its name in `.probe`.
const NAME: &str = "plug.json";

/// What messages call it.
pub(super) const SHOWN: &str = ".probe/plug.json";

/// The most bytes that are read, and libraries that are kept: the last ones.
const LONGEST: u64 = 1 << 20;
const MOST: usize = 64;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memory {
    pub(super) libraries: Vec<Remembered>,
}

/// One library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) url: String,
    /// The digest of what was first imported from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
}

impl Memory {
    /// What is remembered of the project at `root`.
    pub(super) fn of(root: &Path) -> Self {
        let path = root.join(dot_probe::NAME).join(NAME);
        if dot_probe::refuses_files(root, [NAME]).is_some() {
            return Self::default();
        }
        let text = read_regular(&path, LONGEST).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Adds what is not there. Returns whether anything was not.
    pub(super) fn add(&mut self, url: &str) -> bool {
        if self.libraries.iter().any(|library| library.url == url) {
            return false;
        }
        self.libraries.push(Remembered { url: url.to_owned(), sha256: None });
        true
    }

    /// Pins what has no digest yet. Returns whether that was so.
    pub(super) fn pin(&mut self, url: &str, sha256: &str) -> bool {
        let mut unpinned = self.libraries.iter_mut().filter(|library| library.sha256.is_none());
        let Some(library) = unpinned.find(|library| library.url == url) else { return false };
        library.sha256 = Some(sha256.to_owned());
        true
    }

    /// Keeps it for the project at `root`.
    ///
    /// # Errors
    ///
    /// It cannot be written, or something else is there.
    pub(super) fn keep(mut self, root: &Path) -> io::Result<()> {
        let directory = dot_probe::directory(root)?;
        if dot_probe::refuses_files(root, [NAME]).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let surplus = self.libraries.len().saturating_sub(MOST);
        self.libraries.drain(..surplus);
        // Others read it meanwhile.
        let mut file = tempfile::NamedTempFile::new_in(&directory)?;
        file.write_all(serde_json::to_string_pretty(&self)?.as_bytes())?;
        file.persist(directory.join(NAME))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_kept_is_there_again() {
        let root = tempfile::tempdir().expect("a directory");
        let mut memory = Memory::of(root.path());
        assert_eq!(memory, Memory::default());
        assert!(memory.add("https://a.org/x.so") && !memory.add("https://a.org/x.so"));
        assert!(memory.pin("https://a.org/x.so", "aa") && !memory.pin("https://a.org/x.so", "bb"));
        memory.clone().keep(root.path()).expect("it can be written");
        assert_eq!(Memory::of(root.path()), memory);
        let file = root.path().join(".probe/plug.json");
        fs::write(&file, "{ not json").expect("write");
        assert_eq!(Memory::of(root.path()), Memory::default());
    }

    #[test]
    fn only_the_last_ones_are_kept() {
        let root = tempfile::tempdir().expect("a directory");
        let mut memory = Memory::default();
        for number in 0..=MOST {
            memory.add(&format!("https://a.org/{number}.so"));
        }
        memory.keep(root.path()).expect("it can be written");
        let kept = Memory::of(root.path()).libraries;
        assert_eq!((kept.len(), kept[0].url.as_str()), (MOST, "https://a.org/1.so"));
    }
}
