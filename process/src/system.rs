//! What this crate asks of the system, and that needs no room of its own. A port adds its file here.

#[cfg(target_os = "linux")]
pub(crate) use crate::linux::{own_peak, unnamed_file};
#[cfg(unix)]
pub(crate) use crate::unix::{
    exit_at_once, has_terminal, is_executable, is_private, killed_by, make_private, make_removable,
    refusal, signal_group,
};
#[cfg(unix)]
pub use crate::unix::{is_noexec, stop_myself};
