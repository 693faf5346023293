//! What reports ask of the operating system: the terminal behind standard error, and file operations.
//!
//! Code for a system is in the file with its name, and nowhere else in this crate.

#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
compile_error!(
    "reports know terminals and files of Unix alone: another system needs a file beside `system/unix.rs`"
);

#[cfg(unix)]
pub(crate) use unix::{
    await_writable, is_in_foreground, new_file_permissions, read_exact_at, terminal_size,
};
