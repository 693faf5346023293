//! A guardian on Linux: this program again, with a file in memory as its standard output.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::{MemfdFlags, memfd_create};

/// A file that probe and the guardian share and no other process finds.
pub(super) fn shared_file() -> io::Result<File> {
    Ok(File::from(memfd_create("probe-groups", MemfdFlags::CLOEXEC)?))
}

/// A command that runs this program again, wherever its file is now.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere its file must be found")]
pub(super) fn myself() -> io::Result<Command> {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("probe");
    Ok(command)
}
