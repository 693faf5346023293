//! The kinds of libraries, which differ in what makes them complete. It does not know where they come from.

/// What a library must be to count as complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A shared library for this machine.
    #[default]
    Native,
    /// A program for this machine, or a script.
    Executable,
    /// Anything that is not empty.
    Data,
}
