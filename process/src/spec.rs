//! A command that is ready to start, and how it ended. Does not know what it is for.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::captured::{Capture, Captured};
use crate::leak::Leak;
use crate::limits::{AtStop, EndedBy, TimeLimits};
use crate::process_end::ProcessEnd;
use crate::sieve::Sought;
use crate::usage::Usage;

/// A command that is ready to start.
#[derive(Clone, Debug)]
pub struct CommandSpec {
    /// The file to run, absolute.
    pub program: PathBuf,
    /// The arguments, without the name of the program.
    pub args: Vec<OsString>,
    /// Variables to set besides probe's own environment. A later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// How long it may run, and its grace.
    pub limits: TimeLimits,
    /// What happens to it when probe is told to stop.
    pub at_stop: AtStop,
    /// How its output is captured.
    pub capture: Capture,
    /// Variables of probe's own environment that it does not inherit. `env` may still set them.
    pub withheld: Vec<&'static str>,
    /// What to search for in its output, even in parts that are not kept in memory.
    pub sought: Option<Sought>,
    /// How many bytes of a stream probe reads. After that it closes the pipe.
    pub most: Option<u64>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// How its own process, the group's leader, ended.
    pub end: ProcessEnd,
    /// The number of its process. Another process may have it by now.
    pub pid: u32,
    /// Whether the system made a core dump of it.
    pub has_dumped: bool,
    /// The resources that it used.
    pub usage: Usage,
    /// Why the watch ended it; `None` if it ended by itself.
    pub ended_by: Option<EndedBy>,
    /// The time limits that it had.
    pub limits: TimeLimits,
    /// The time from before the spawn to the end of the group's leader, without the time that probe was paused.
    pub took: Duration,
    /// Its captured output.
    pub output: Captured,
    /// The processes that it left behind when it ended by itself: for a test all of them, for a library's command those in its
    /// group.
    pub left: Vec<Leak>,
}

/// How the command of a library ended.
#[derive(Debug)]
pub struct Built {
    /// The end as for any other command.
    pub ended: Ended,
    /// Whether it was ended because it printed nothing for too long.
    pub was_silent: bool,
}
