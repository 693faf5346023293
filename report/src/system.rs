//! What reports ask of the system: the terminal that standard error is, and files as the system has them.
//!
//! Code of a system stands in the file that is named for it, and nowhere else in this crate.

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
