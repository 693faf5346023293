//! What the survey asks about the files of a project. Reads none.

/// Which files exist, by their names relative to the base.
pub trait ProjectTree: Sync {
    /// Whether a file of this name exists.
    fn is_file(&self, name: &str) -> bool;

    /// Whether a directory of this name exists.
    fn is_directory(&self, name: &str) -> bool;

    /// Whether a package of this name is one of the project's own, from wherever a script imports it. Only the search for
    /// changed tests needs it.
    fn has_member(&self, _package: &str) -> bool {
        false
    }

    /// Directories in which Python modules are found besides those above a file. Only the search for changed tests has
    /// some.
    fn source_roots(&self) -> &[String] {
        &[]
    }
}
