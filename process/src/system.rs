//! What this crate needs of the system and fits in no file of its own. A port adds its file here.

#[cfg(target_os = "linux")]
use crate::linux as os;
#[cfg(target_os = "macos")]
use crate::macos as os;
#[cfg(unix)]
pub use crate::unix::stop_myself;
#[cfg(unix)]
pub(crate) use crate::unix::{
    exit_at_once, has_terminal, is_executable, is_private, killed_by, make_private, make_removable,
    refusal, signal_group,
};
#[cfg(any(target_os = "macos", test))]
pub(crate) use crate::unix::{is_same_file, open_for_all};
pub use os::is_noexec;
pub(crate) use os::{HANG_UP_IS_ALL, is_sent, own_peak, unnamed_file};
