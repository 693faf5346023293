//! What differs between systems in files, locks and processes, as plain functions: everything that this crate needs from a system
//! beyond the standard library. It does not know what any of it is for.
//!
//! A port adds a file with the same functions for its system. Lint checks keep such calls in this folder.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod unix;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

pub(crate) use system::{
    command_of, exchange, flush, flush_early, has_writer, lacks_unnamed, lock_holders,
    name_unnamed, parent_of, share, unnamed,
};
pub(crate) use unix::{
    changed, create_file, create_folder, create_folders, create_private, file_mode, host_name,
    identity, inode, is_pipe, is_socket, lacks_locks, link, mode, names, open_itself,
    open_without_waiting, outlive_exec, owner, permissions, read_at, signal, user, write_at,
    written,
};
