//! What this crate needs of the system beyond the standard library.

#[cfg(target_os = "linux")]
pub(crate) use crate::linux::{Ear, Sound, give_name};
#[cfg(target_os = "macos")]
pub(crate) use crate::macos::{Ear, Sound, give_name};
#[cfg(unix)]
pub(crate) use crate::unix::{mode, read_at};
