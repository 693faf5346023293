//! Child processes under control: found, started in a group of their own, watched, ended, reaped; what they leave behind
//! found; and a guardian over all of them.
//!
//! Does not know about tests, libraries, the graph or the terminal.

mod brand;
mod captured;
mod guardian;
mod impatience;
mod last_line;
mod memory;
mod orphans;
mod output;
mod procfs;
mod program;
mod reader;
mod scratch;
mod sieve;
mod signals;
mod start_error;
mod stoppable;
mod supervise;
mod watch;

pub(crate) use brand::Brand;
pub(crate) use captured::{Capture, Captured};
pub(crate) use guardian::{Charge, DETACHED, ENTRY as GUARDIAN, guard};
pub(crate) use last_line::LastLine;
pub(crate) use memory::Memory;
pub(crate) use orphans::{Leak, Orphans};
pub(crate) use output::Stream;
pub(crate) use program::{ProgramError, find_program};
pub(crate) use scratch::Scratch;
pub(crate) use sieve::Sieve;
pub(crate) use signals::{ENDING, JOB_CONTROL, Listener, be_mortal, stay_alive};
pub(crate) use start_error::{StartError, absent_interpreter, is_noexec};
pub(crate) use stoppable::StoppableWatch;
pub(crate) use supervise::{
    Build, Built, CommandSpec, Ended, Tenant, is_of_terminal, supervise, supervise_build,
    supervise_test,
};
pub(crate) use watch::{Cause, Force, Signal, TimeLimits, Watch};
