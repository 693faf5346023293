//! Controls child processes: finds programs, starts each in a process group of its own, watches, ends and reaps them, and finds
//! what they leave behind. A guardian process covers the case that probe itself is killed.
//!
//! - Only a [`GroupWatch`] ends a group. A group stays registered until just before its leader is reaped, so no signal ever
//!   reaches another process with the same number.
//! - When [`supervise()`] returns, the command's own process is reaped and no process of its group is alive. When
//!   [`supervise_test`] returns, no process that the test started is alive.
//! - If the system allows it, this process adopts every descendant whose parent ends, and only [`Orphans`] reaps them. On other
//!   systems, [`Orphans`] finds them by their group and environment.
//! - If this process is killed, the guardian finds what it started by the table of groups, by the run's id in the environment,
//!   and by the run's [`Brand`].
//!
//! The crate knows no tests, libraries of tests, graph, command line or terminal display, and it prints nothing. It does not
//! read the environment of its own process, with one exception: the system's directory for temporary files, if a long output
//! can be kept nowhere else. A command inherits the environment, with the changes in its [`CommandSpec`].

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
