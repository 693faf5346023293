//! A guardian on macOS: this program's file again, with an unlinked file as its standard output.

use std::fs::File;
use std::io;
use std::process::Command;

/// A file that probe and the guardian share and no other process finds.
pub(super) fn shared_file() -> io::Result<File> {
    tempfile::tempfile()
}

/// A command that runs this program again, from where its file was at the start.
pub(super) fn myself() -> io::Result<Command> {
    std::env::current_exe().map(Command::new)
}
