//! The kinds of libraries, which differ in what makes them whole. It does not know where they come from.

/// What a library must be to count as whole.
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
