//! A pattern as steps along a path. It does not know the syntax, or which files exist.

use std::path::PathBuf;

use probe_pattern::Names;

/// A pattern without choices between folders.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) steps: Vec<Step>,
    /// Whether only folders are meant: the pattern ends with a slash.
    pub(super) is_folder: bool,
}

/// One part of a path, or several parts that need no search.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// This path, relative to the result of the steps before.
    Name(PathBuf),
    /// Every name that matches.
    Names(Names),
    /// Any number of folders, including none; as the last step, every file below.
    Folders,
}
