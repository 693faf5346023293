//! One measurement, in a small process of its own: the kernel counts to the memory of a program also what its parent held
//! when it started it, and the benchmarks themselves hold whatever they have prepared. Does not know what is run.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

use crate::outcome::Outcome;

/// What makes this program measure instead: `probe-bench --measure COPIES PROGRAM ARGUMENT…`.
pub(crate) const MEASURE: &str = "--measure";

/// What one start to end of a program has come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) time: Duration,
    /// The most that one process of it has held, in KiB: the largest of the program, its copies, and what they waited for.
    pub(crate) memory: u64,
}

impl Sample {
    /// Of what a measuring process has printed.
    pub(crate) fn read(printed: &str) -> Option<Self> {
        let (nanoseconds, memory) = printed.trim().split_once(' ')?;
        let time = Duration::from_nanos(nanoseconds.parse().ok()?);
        Some(Self { time, memory: memory.parse().ok()? })
    }
}

/// Starts so many copies of a program at once, waits for all of them, and prints a sample.
///
/// # Errors
///
/// When it cannot be started or fails: the time of a failure is the time of something else.
pub(crate) fn measure(words: &[OsString]) -> Outcome<()> {
    let [copies, program, arguments @ ..] = words else { return Err("nothing to measure".into()) };
    let copies: usize = copies.to_string_lossy().parse()?;
    let mut children = Vec::with_capacity(copies);
    let started = Instant::now();
    for _ in 0..copies {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        children.push(command.spawn()?);
    }
    let mut memory = 0;
    for child in children {
        let used = child.wait4()?;
        if !used.status.success() {
            return Err(used.status.to_string().into());
        }
        memory = memory.max(used.rusage.maxrss / 1024);
    }
    let time = started.elapsed();
    writeln!(io::stdout(), "{} {memory}", time.as_nanos())?;
    Ok(())
}
