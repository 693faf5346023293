//! A handle on a process. Questions and signals concern only that process, even if it ends meanwhile and another one gets its
//! number. Does not know whose process it is.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(target_os = "linux")]
pub(crate) use linux::ProcessHandle;
#[cfg(target_os = "macos")]
pub(crate) use macos::ProcessHandle;
