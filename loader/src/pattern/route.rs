//! A pattern as steps along a path. It does not know how it is written, or what is there.

use std::path::PathBuf;

use probe_pattern::Names;

/// A pattern without choices between folders.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) steps: Vec<Step>,
    /// Whether only folders are meant: there is a slash at the end.
    pub(super) is_folder: bool,
}

/// One part of a path, or several that need no search.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// This path, from where the steps before have led.
    Name(PathBuf),
    /// Every name that matches.
    Names(Names),
    /// Any number of folders, none included; as the last step, every file below.
    Folders,
}
