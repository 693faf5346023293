//! Child processes under control: found, started in a group of their own, watched, ended, reaped; what they leave behind
//! found; and a guardian over all of them.
//!
//! - Only a [`GroupWatch`] ends a group, and a group stays registered until just before its leader is reaped, so that no signal
//!   ever reaches a stranger.
//! - When [`supervise()`] returns, the command's own process is reaped and nothing of its group is alive; when
//!   [`supervise_test`] returns, nothing that it started is alive at all.
//! - Whoever loses its parent becomes this process's child where the system lets it adopt, and only [`Orphans`] reaps it; where
//!   not, [`Orphans`] finds it by its group and its environment.
//! - If this process is killed itself, the guardian finds what it has started by the table of groups, the run's id in their
//!   environment, and the run's [`Brand`].
//!
//! The crate knows no tests, no libraries of tests, no graph, no command line and no look of a terminal, and prints nothing.
//! It reads no environment of its own process, but where the system keeps temporary files if a long output can be kept nowhere
//! else: a command gets the environment as it is, but for what its [`CommandSpec`] says.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "probe controls processes on Linux and macOS only so far: a port adds files for its system beside every `linux.rs` and `unix.rs`"
);

mod brand;
mod captured;
mod census;
mod core_dump;
mod ear;
mod foreground;
mod group;
mod group_watch;
mod guardian;
mod handle;
mod hang;
mod impatience;
mod last_line;
mod leader;
mod leak;
mod left_behind;
mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod memory;
mod notify;
mod orphans;
mod output;
mod outside;
mod port;
mod process_end;
mod process_id;
mod program;
mod reader;
mod refusal;
mod scratch;
mod service;
mod sieve;
pub mod sift;
mod signal;
mod signals;
mod silence;
mod spec;
mod start;
mod start_error;
mod stoppable;
mod stops;
mod stuck;
mod supervise;
mod system;
mod tail;
#[cfg(unix)]
mod unix;
mod usage;

pub use brand::Brand;
pub use captured::{Capture, Captured};
pub use core_dump::Dumped;
pub use ear::Ear;
pub use foreground::{replace_process, run_in_foreground, run_in_foreground_meanwhile};
pub use group_watch::GroupWatch;
pub use guardian::{Charge, DETACHED, ENTRY as GUARDIAN, guard, myself};
pub use hang::AtTimeout;
pub use last_line::LastLine;
pub use leak::Leak;
pub use limits::{AtStop, EndedBy, Force, TimeLimits};
pub use memory::{Memory, Shortage};
pub use notify::{NOTIFY_SOCKET, Notify};
pub use orphans::{Orphans, Whose};
pub use output::{Excerpt, Stream};
pub use outside::Outside;
pub use port::Port;
pub use process_end::ProcessEnd;
pub use program::{ProgramError, find_program};
pub use scratch::Scratch;
pub use service::Reins;
pub use sieve::{Sieve, Sought};
pub use signal::Signal;
pub use signals::{ENDING, JOB_CONTROL, Listener};
pub use spec::{Built, CommandSpec, Ended};
pub use start_error::StartError;
pub use stoppable::StoppableWatch;
pub use stuck::stuck;
pub use supervise::{
    Build, Serving, Tenant, supervise, supervise_build, supervise_service, supervise_test,
};
pub use system::{is_noexec, stop_myself};
pub use tail::Tail;
pub use usage::{Usage, own_peak};
