//! What was found to be missing in a project's manifest and is not there yet, in `.probe/proposals.json`.
//!
//! Never able to fail a run: what cannot be read is nothing, what cannot be written is forgotten.

use std::io::{self, Write};
use std::path::Path;

use probe_loader::read_regular;
use serde::{Deserialize, Serialize};

use super::draft::{Draft, Users};
use crate::dot_probe;

/// Its name in `.probe`.
const NAME: &str = "proposals.json";

/// The most bytes that are read, and drafts that are kept: the last ones.
const LONGEST: u64 = 1 << 20;
const MOST: usize = 32;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) drafts: Vec<Draft>,
    /// Libraries of which it was said that no test needs them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unneeded: Vec<String>,
}

impl Kept {
    /// What is kept of the project at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        let path = root.join(dot_probe::NAME).join(NAME);
        if dot_probe::refuses_files(root, [NAME]).is_some() {
            return Self::default();
        }
        let text = read_regular(&path, LONGEST).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Adds drafts to what is kept of the project at `root`.
    pub(crate) fn add(root: &Path, drafts: &[Draft]) {
        let mut kept = Self::of(root);
        let before = kept.clone();
        drafts.iter().for_each(|draft| kept.merge(draft.clone()));
        if kept != before {
            // A proposal that is not kept has been told.
            let _ = kept.keep(root);
        }
    }

    /// Those of the `unneeded` libraries of which it was not said yet for the project at `root`. From now on it was.
    pub(crate) fn newly_unneeded(root: &Path, unneeded: &[String]) -> Vec<String> {
        let mut kept = Self::of(root);
        if kept.unneeded == unneeded {
            return Vec::new();
        }
        let is_new = |name: &&String| !kept.unneeded.contains(name);
        let new = unneeded.iter().filter(is_new).cloned().collect();
        kept.unneeded = unneeded.to_vec();
        // It is said again where it cannot be kept.
        let _ = kept.keep(root);
        new
    }

    /// Of two drafts of one library one is left, with the users of both.
    fn merge(&mut self, draft: Draft) {
        let mut draft = Draft { answers: Vec::new(), ..draft };
        let same = |known: &Draft| known.name == draft.name && known.keys == draft.keys;
        if let Some(at) = self.drafts.iter().position(same) {
            let known = self.drafts.remove(at);
            if let (Users::Tables(all), Users::Tables(others)) = (&mut draft.users, known.users) {
                all.extend(others);
                all.sort();
                all.dedup();
            }
        }
        self.drafts.push(draft);
        let surplus = self.drafts.len().saturating_sub(MOST);
        self.drafts.drain(..surplus);
    }

    /// Keeps it for the project at `root`.
    ///
    /// # Errors
    ///
    /// It cannot be written, or something else is there.
    pub(crate) fn keep(self, root: &Path) -> io::Result<()> {
        let directory = dot_probe::directory(root)?;
        if dot_probe::refuses_files(root, [NAME]).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // Others read it meanwhile.
        let mut file = tempfile::NamedTempFile::new_in(&directory)?;
        file.write_all(serde_json::to_string_pretty(&self)?.as_bytes())?;
        file.persist(directory.join(NAME))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::seen::User;

    #[test]
    fn what_is_kept_is_there_again_and_nothing_twice() {
        let root = tempfile::tempdir().expect("a directory");
        let draft = |name: &str, users| Draft {
            name: name.to_owned(),
            keys: vec!["leader = true".to_owned()],
            users,
            why: String::new(),
            answers: Vec::new(),
        };
        let suite = |name: &str| Users::Tables(vec![User::Suite(name.to_owned())]);
        Kept::add(root.path(), &[draft("a", suite("one")), draft("b", Users::Unknown)]);
        Kept::add(root.path(), &[draft("a", suite("two"))]);
        let both = Users::Tables(vec![User::Suite("one".into()), User::Suite("two".into())]);
        assert_eq!(Kept::of(root.path()).drafts, [draft("b", Users::Unknown), draft("a", both)]);
        let said = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            Kept::newly_unneeded(root.path(), &names)
        };
        assert_eq!(said(&["x"]), ["x"]);
        assert_eq!(said(&["x", "y"]), ["y"]);
        assert!(said(&["x", "y"]).is_empty());
        assert_eq!(Kept::of(root.path()).drafts.len(), 2);
        std::fs::write(root.path().join(".probe/proposals.json"), "{").expect("write");
        assert_eq!(Kept::of(root.path()), Kept::default());
    }
}
