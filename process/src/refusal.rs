//! Why the system does not start a program, as far as that says what to look for. Does not know the program.

/// What a failure to start a program means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Out of file descriptors, processes or memory; or the file is just being written, by somebody else or by a child of ours
    /// that has not become its program yet. It may work in a moment.
    Passing,
    /// There is no such file, or it is no program.
    NoProgram,
    /// It may not be executed.
    NoAccess,
    /// Anything else.
    Other,
}
