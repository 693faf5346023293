//! Why the system does not start a program, as far as that says where to look. Does not know the program.

/// The meaning of a failure to start a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The system has no free file descriptors, processes or memory; or the file is being written, by another process or by a
    /// child of ours that is not its program yet. Another try may succeed.
    Passing,
    /// The file does not exist, or is no program.
    NoProgram,
    /// The file may not be executed.
    NoAccess,
    /// Anything else.
    Other,
}
