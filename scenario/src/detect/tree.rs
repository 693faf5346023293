//! What is asked of whoever sees the files. Reads none.

/// Which files there are, by their names relative to the base.
pub trait ProjectTree: Sync {
    /// Whether there is a file of this name.
    fn is_file(&self, name: &str) -> bool;

    /// Whether there is a directory of this name.
    fn is_directory(&self, name: &str) -> bool;

    /// Whether a package of this name is one of the project's own, from wherever a script imports it. Only who follows
    /// changes asks.
    fn has_member(&self, _package: &str) -> bool {
        false
    }

    /// Directories below which modules of Python are found besides those above a file. Only who follows changes has some.
    fn source_roots(&self) -> &[String] {
        &[]
    }
}
