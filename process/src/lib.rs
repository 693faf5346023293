//! Child processes under control: found, started in a group of their own, watched, ended, reaped; what they leave behind
//! found; and a guardian over all of them.
//!
//! - Only a [`Watch`] ends a group, and a group stays registered until just before its leader is reaped, so that no signal
//!   ever reaches a stranger.
//! - When [`supervise`] returns, the command's own process is reaped and nothing of its group is alive; when
//!   [`supervise_test`] returns, nothing that it started is alive at all.
//! - Whoever loses its parent becomes this process's child, and only [`Orphans`] reaps it.
//! - If this process is killed itself, the guardian finds what it has started by the table of groups, the run's id in their
//!   environment, and the run's [`Brand`].
//!
//! The crate knows no tests, no libraries of tests, no graph, no command line and no look of a terminal, and prints nothing.
//! It reads no environment of its own process: a command gets it as it is, but for what its [`CommandSpec`] says.

mod brand;
mod captured;
mod guardian;
mod impatience;
mod last_line;
mod memory;
mod orphans;
mod output;
mod process_end;
mod procfs;
mod program;
mod reader;
mod scratch;
mod sieve;
pub mod sift;
mod signal;
mod signals;
mod start_error;
mod stoppable;
mod supervise;
mod unix;
mod watch;

pub use brand::Brand;
pub use captured::{Capture, Captured};
pub use guardian::{Charge, DETACHED, ENTRY as GUARDIAN, guard};
pub use last_line::LastLine;
pub use memory::{Memory, Shortage};
pub use orphans::{Leak, Orphans};
pub use output::{Excerpt, Stream};
pub use process_end::ProcessEnd;
pub use program::{ProgramError, find_program};
pub use scratch::Scratch;
pub use sieve::{Sieve, Sought};
pub use signal::Signal;
pub use signals::{ENDING, JOB_CONTROL, Listener, be_mortal, stay_alive};
pub use start_error::{StartError, absent_interpreter, is_noexec};
pub use stoppable::StoppableWatch;
pub use supervise::{
    Build, Built, CommandSpec, Ended, Tenant, supervise, supervise_build, supervise_test,
};
pub use unix::stop_myself;
pub use watch::{EndedBy, Force, TimeLimits, Watch};
