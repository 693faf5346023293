//! What is asked of whoever sees the files. Reads none.

/// Which files there are, by their names relative to the base.
pub trait ProjectTree: Sync {
    /// Whether there is a file of this name.
    fn is_file(&self, name: &str) -> bool;

    /// Whether there is a directory of this name.
    fn is_directory(&self, name: &str) -> bool;
}
