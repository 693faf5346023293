//! Whether something on a disk is a file or a folder. It does not know its content.

/// The shape of something in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A file.
    File,
    /// A folder.
    Folder,
}
