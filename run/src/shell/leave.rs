//! Ends the process while threads still run that cannot be ended.

use crate::exit::Exit;

/// Ends the process with imports still running. Their files have no names yet, so nothing of them is left, and their
/// locks end with the process.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "a thread that hangs in a system call can be left in no other way"
)]
pub(super) fn leave(exit: Exit) -> ! {
    std::process::exit(exit.code().into())
}
