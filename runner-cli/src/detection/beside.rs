//! The files of a project as who follows changes sees them: what is gone still has its name, and what several packages of
//! one repository are to each other is known.
//!
//! An import that led to a file which is gone leads there still, so that the change concerns who imports it. Does not know
//! what is asked of Git.

use std::collections::{BTreeMap, BTreeSet};

use probe_scenario::ProjectTree;

use super::tree::Tree;

/// What is known besides what lies on the disk. All names are relative to the base.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Files that are gone.
    pub(crate) gone: BTreeSet<String>,
    /// Packages of scripts, by name.
    pub(crate) members: BTreeMap<String, Member>,
    /// Directories below which projects of Python keep their modules.
    pub(crate) roots: Vec<String>,
}

/// A package that is the project's own; several directories may say that they are it.
#[derive(Debug, Default)]
pub(crate) struct Member {
    pub(crate) directories: Vec<String>,
    /// The names of those that it depends on.
    pub(crate) uses: BTreeSet<String>,
}

/// A tree, and what is known besides.
pub(super) struct Widened<'t> {
    pub(super) tree: &'t Tree,
    pub(super) beside: &'t Beside,
}

impl ProjectTree for Widened<'_> {
    fn is_file(&self, name: &str) -> bool {
        self.tree.is_file(name) || self.beside.gone.contains(name)
    }

    fn is_directory(&self, name: &str) -> bool {
        let below = format!("{name}/");
        let mut after = self.beside.gone.range(below.clone()..);
        self.tree.is_directory(name) || after.next().is_some_and(|gone| gone.starts_with(&below))
    }

    fn has_member(&self, package: &str) -> bool {
        self.beside.members.contains_key(package)
    }

    fn source_roots(&self) -> &[String] {
        &self.beside.roots
    }
}
