//! What something on a disk is: a file or a folder. It does not know what is in it.

/// What something in the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A file.
    File,
    /// A folder.
    Folder,
}
