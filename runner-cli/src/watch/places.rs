//! Where to look: all directories below one, but those in which nobody writes sources.
//!
//! What an ignore file leaves out is not looked at; what Git ignores by other means is found out when it changes.

use std::path::{Path, PathBuf};

use ignore::DirEntry;

use crate::discovery::{is_entered, walker};

/// Directories of tools, whose contents are nobody's sources.
const OF_TOOLS: [&str; 13] = [
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".probe",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "node_modules",
    "site-packages",
];

/// What lies below a directory.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) directories: Vec<PathBuf>,
    pub(crate) files: Vec<PathBuf>,
}

impl Places {
    /// Everything below `top`, itself included.
    pub(crate) fn below(top: &Path) -> Self {
        let mut walker = walker(top);
        walker.filter_entry(|entry| is_entered(entry) && !is_of_a_tool(entry));
        let mut places = Self::default();
        for entry in walker.build().flatten() {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            let list = if is_directory { &mut places.directories } else { &mut places.files };
            list.push(entry.into_path());
        }
        places
    }
}

/// Whether a path below `base` lies in a directory of a tool, by its names alone.
pub(super) fn lies_in_a_tools(base: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(base) else { return true };
    inside.iter().any(|part| OF_TOOLS.iter().any(|name| part == *name))
}

fn is_of_a_tool(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return false;
    }
    let path = entry.path();
    let is_built = || entry.file_name() == "target" && path.with_file_name("Cargo.toml").is_file();
    OF_TOOLS.iter().any(|name| entry.file_name() == *name)
        || is_built()
        || path.join("CACHEDIR.TAG").is_file()
        || path.join("pyvenv.cfg").is_file()
}
