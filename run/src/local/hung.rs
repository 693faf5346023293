//! Shows where a test hangs when its time is over, by its own commands or by what the system knows.
//!
//! Runs on the thread that waits for the test, with limits on time and lines. Does not know what becomes of the lines.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use probe_process::sift::plain;
use probe_process::{
    AtStop, Capture, Captured, CommandSpec, DETACHED, EndedBy, GroupWatch, ProcessEnd, TimeLimits,
    find_program, stuck, supervise,
};

use crate::engine::Task;
use crate::flaw::OUTSIDE;
use crate::invocation::Invocation;
use crate::stage::Workplace;

/// The longest time for all commands together. The slot of the test is taken meanwhile.
const TIME: Duration = Duration::from_secs(30);
/// The time between asking a command to end and killing it. A command that only looks has nothing to clean up.
const GRACE: Duration = Duration::from_millis(500);
/// The number of bytes of a stream to read.
const READ: u64 = 1 << 20;
/// The number of lines of a command to show: its first and its last ones.
const LINES: (usize, usize) = (60, 140);
/// The number of characters of a line to show.
const WIDTH: usize = 400;

/// Looks where a test hangs.
#[derive(Clone, Copy)]
pub(super) struct HangExaminer<'a> {
    pub(super) watch: &'a GroupWatch,
    pub(super) spool: &'a Path,
    pub(super) task: &'a Task<'a>,
    pub(super) workplace: &'a Workplace,
}

impl HangExaminer<'_> {
    /// Returns what can be seen of the process that leads the test's group.
    pub(super) fn look(self, pid: u32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut has_run = false;
        let until = Instant::now() + TIME;
        for command in self.task.on_timeout.iter().flat_map(|commands| commands.iter()) {
            let words = command.render(pid);
            let shown = (OUTSIDE.shown)(&words.join(" ")).into_owned();
            let left = until.saturating_duration_since(Instant::now());
            match self.run(&words, left) {
                Ok((said, end)) => {
                    has_run = true;
                    lines.push(format!("`{shown}`{end}:"));
                    lines.extend(said);
                }
                Err(why) => lines.push(format!("`{shown}` could not be run: {why}")),
            }
        }
        if !has_run {
            lines.push("where it was when its time was over:".to_owned());
            lines.extend(stuck(pid, OUTSIDE).into_iter().map(|line| format!("  {line}")));
        }
        lines
    }

    /// Returns what a command prints, and how it ended if it failed.
    fn run(self, words: &[String], left: Duration) -> Result<(Vec<String>, String), String> {
        if left.is_zero() {
            return Err(format!("those before it took all of {} s", TIME.as_secs()));
        }
        let [program, args @ ..] = words else { return Err("it is empty".to_owned()) };
        let Invocation { cwd, env, .. } = &self.task.invocation;
        let path = self.task.invocation.path().or(self.workplace.path.as_deref());
        let program =
            find_program(program.as_ref(), cwd, path).map_err(|error| error.to_string())?;
        let mut env = env.clone();
        env.push((DETACHED.into(), "1".into()));
        let spec = CommandSpec {
            program,
            args: args.iter().map(OsString::from).collect(),
            env,
            cwd: cwd.clone(),
            limits: TimeLimits { timeout: Some(left), grace: GRACE },
            at_stop: AtStop::Told,
            capture: Capture::Combined,
            withheld: self.workplace.withheld.clone(),
            sought: None,
            most: Some(READ),
        };
        let ended = supervise(&spec, self.spool, self.watch).map_err(|error| error.to_string())?;
        let end = match (ended.ended_by, ended.end) {
            (Some(EndedBy::Timeout(_)), _) => {
                format!(" (ended after {} s)", ended.took.as_secs())
            }
            (Some(_), _) => " (interrupted)".to_owned(),
            (None, ProcessEnd::Exited(0)) => String::new(),
            (None, ProcessEnd::Exited(code)) => format!(" (exit code {code})"),
            (None, ProcessEnd::Killed(signal)) => format!(
                " ({})",
                signal.name().map_or_else(|| format!("signal {}", signal.number()), str::to_owned)
            ),
        };
        Ok((said(&ended.output), end))
    }
}

/// The lines of an output that were read.
fn said(output: &Captured) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (_, stream) in output.streams() {
        let excerpt = stream.excerpt();
        for part in [excerpt.head, excerpt.tail] {
            let text = plain(&String::from_utf8_lossy(part));
            lines.extend(text.lines().map(|line| {
                let line: String = line.chars().take(WIDTH).collect();
                format!("  {line}")
            }));
        }
    }
    shortened(lines)
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    let (first, last) = LINES;
    if lines.len() > first + last {
        let left_out = lines.len() - first - last;
        lines.splice(first..first + left_out, [format!("  … {left_out} lines left out …")]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        let lines = |count: usize| (0..count).map(|line| line.to_string()).collect::<Vec<_>>();
        assert_eq!(shortened(lines(200)), lines(200));
        let short = shortened(lines(1_000));
        assert_eq!(short.len(), 201);
        assert_eq!((&*short[59], &*short[60]), ("59", "  … 800 lines left out …"));
        assert_eq!((&*short[61], &*short[200]), ("860", "999"));
    }
}
