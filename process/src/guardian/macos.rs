//! A guardian on macOS: this program's file again, with an unlinked file as its standard output.

use std::fs::File;
use std::io;
use std::process::Command;

/// What both can read and write, and nobody else finds.
pub(super) fn shared_file() -> io::Result<File> {
    tempfile::tempfile()
}

/// This program once more, by where its file was when it was started.
pub(super) fn myself() -> io::Result<Command> {
    std::env::current_exe().map(Command::new)
}
