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
    /// Its arguments, without the name of the program.
    pub args: Vec<OsString>,
    /// Variables besides probe's own environment; a later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// How long it may run, and how it is told to stop.
    pub limits: TimeLimits,
    /// What it is to it that probe is told to stop.
    pub at_stop: AtStop,
    /// What becomes of what it prints.
    pub capture: Capture,
    /// Variables of probe's own environment that it does not get, unless `env` has them.
    pub withheld: Vec<&'static str>,
    /// What is looked for in what it prints, also where that is too long for memory.
    pub sought: Option<Sought>,
    /// How much of a stream is read, in bytes; who prints more is left alone with it.
    pub most: Option<u64>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// What its own process, the group's leader, came to.
    pub end: ProcessEnd,
    /// Its number, which is another's by now if there is one.
    pub pid: u32,
    /// Whether the system has made a core dump of it.
    pub has_dumped: bool,
    /// What it has used.
    pub usage: Usage,
    /// Why the watch ended it; `None` if it ended by itself.
    pub ended_by: Option<EndedBy>,
    /// How long it was allowed to run.
    pub limits: TimeLimits,
    /// From before the spawn to the end of the group's leader, without the time that probe was stopped.
    pub took: Duration,
    /// What was kept of what it printed.
    pub output: Captured,
    /// What it left behind when it ended by itself: of a test all, of a library's command what was in its group.
    pub left: Vec<Leak>,
}

/// How the command of a library ended.
#[derive(Debug)]
pub struct Built {
    /// As any other command.
    pub ended: Ended,
    /// Whether it was ended since it printed nothing for too long.
    pub was_silent: bool,
}
