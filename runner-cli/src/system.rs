//! What the commands ask of the system. A port adds its file here.

#[cfg(target_os = "linux")]
pub(crate) use crate::linux::{LIBRARY_PATH, MACHINE, ONLY_WITHOUT};
#[cfg(target_os = "macos")]
pub(crate) use crate::macos::{LIBRARY_PATH, MACHINE, ONLY_WITHOUT};
#[cfg(all(unix, test))]
pub(crate) use crate::unix::os_string;
#[cfg(unix)]
pub(crate) use crate::unix::{
    Modes, interrupt_myself, is_open_to_others, is_out_of_files, leave_session, terminal_width,
};
