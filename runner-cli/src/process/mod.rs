//! Child processes under control: found, started in a group of their own, watched, ended, reaped.
//!
//! Does not know about tests, libraries, the graph or the terminal.

mod output;
mod program;
mod signals;
mod supervise;
mod watch;

pub(crate) use output::{Captured, Stream};
pub(crate) use program::{ProgramError, find_program};
pub(crate) use signals::Listener;
pub(crate) use supervise::{CommandSpec, Ended, StartError, supervise};
pub(crate) use watch::{Cause, Signal, TimeLimits, Watch};
