//! What the reporter shows of each event, and when: truth tables, no printing.

use probe_process::Capture;
use probe_run::{Attempt, Ending, Event, ServiceEnding};
use probe_scenario::{Leaks, ShowOutput, StatusLevel};

/// The user's choices about what a run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowPolicy {
    /// The lines to show while tests run.
    pub level: StatusLevel,
    /// When to show the output of passing tests.
    pub success: ShowOutput,
    /// When to show the output of failing attempts.
    pub failure: ShowOutput,
    /// What happens to the output of tests. `None` leaves it to the manifest.
    pub capture: Option<Capture>,
}

/// Whether the output of a test appears below its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Shown,
    Hidden,
}

/// The visible parts of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) now: Now,
    /// Line and output are shown at the end of the run, before the summary.
    pub(super) at_end: bool,
}

/// The parts that appear at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Now {
    Nothing,
    /// Its line and the lines that belong to it, without the output of the test.
    Line,
    /// Its line and the output of the test.
    LineAndOutput,
}

impl Default for ShowPolicy {
    fn default() -> Self {
        Self {
            level: StatusLevel::Pass,
            success: ShowOutput::Never,
            failure: ShowOutput::Immediate,
            capture: None,
        }
    }
}

impl ShowPolicy {
    /// The visible parts of `event`.
    pub(super) fn of(&self, event: &Event<'_>) -> Shown {
        let show = match attempt(event) {
            Some(attempt) if has_output(attempt) => match attempt.ending {
                _ if attempt.ending.is_good() => self.success,
                _ => self.failure,
            },
            _ => ShowOutput::Never,
        };
        shown(self.is_level(event), show)
    }

    fn is_level(&self, event: &Event<'_>) -> bool {
        let level = match event {
            // If tests print directly, a line above the output must say whose it is.
            Event::TestStarted { .. } if self.capture == Some(Capture::Through) => {
                StatusLevel::None
            }
            event => level(event),
        };
        level <= self.level
    }
}

/// The parts of an event that appear at once. `is_level` says whether the level includes its line, and `show` when its output
/// appears.
///
/// | level | at once | shown at once |
/// |-------|---------|-------------------|
/// | any   | yes     | line and output   |
/// | yes   | no      | line              |
/// | no    | no      | nothing           |
fn shown(is_level: bool, show: ShowOutput) -> Shown {
    let now = match (is_level, show.is_immediate()) {
        // An output without its line would belong to no test.
        (_, true) => Now::LineAndOutput,
        (true, false) => Now::Line,
        (false, false) => Now::Nothing,
    };
    Shown { now, at_end: show.is_final() }
}

/// The first level with the event's line. `None` for events that always appear.
fn level(event: &Event<'_>) -> StatusLevel {
    match event {
        Event::Warning(_)
        | Event::MovedAside { .. }
        | Event::CommandLeft { .. }
        | Event::RunTimedOut(_)
        | Event::Stopping(_)
        | Event::BuildCutShort { .. }
        | Event::Ended(_) => StatusLevel::None,
        Event::PreloadFailed { .. } | Event::ServiceFailed { .. } | Event::ServiceDied { .. } => {
            StatusLevel::Fail
        }
        Event::ServiceStopped { end, .. } if end.how == ServiceEnding::Forced => StatusLevel::Leak,
        Event::ServiceTrouble { .. } => StatusLevel::Leak,
        Event::ServiceReady { .. } => StatusLevel::Pass,
        Event::ServiceStarting { .. }
        | Event::ServiceStopping { .. }
        | Event::ServiceStopped { .. }
        | Event::ServiceBlocks { .. } => StatusLevel::All,
        Event::PreloadRetrying { .. }
        | Event::ServiceRestarting { .. }
        | Event::TestRetried { .. }
        | Event::TestRaced { .. }
        | Event::TestPostponed { .. } => StatusLevel::Retry,
        Event::PreloadWaiting { .. }
        | Event::LedElsewhere { .. }
        | Event::TestSlow { .. }
        | Event::TestAwaits { .. } => StatusLevel::Slow,
        Event::TestEnded { attempt, number, .. } => level_of_end(attempt, *number),
        Event::Started { .. }
        | Event::Importing { .. }
        | Event::PreloadPassed { .. }
        | Event::Looked { .. }
        | Event::Checked { .. }
        | Event::TestLeads { .. } => StatusLevel::Pass,
        Event::PreloadStarted { .. }
        | Event::Transferred { .. }
        | Event::PreloadParked { .. }
        | Event::PreloadResumed { .. }
        | Event::TestStarted { .. }
        | Event::TestExamined { .. }
        | Event::TestGivenUp { .. }
        | Event::TestsBlocked { .. }
        | Event::LibraryOpened { .. }
        | Event::Suspending
        | Event::Resumed => StatusLevel::All,
    }
}

/// Like `level`, for a test that has ended at this attempt.
fn level_of_end(attempt: &Attempt, number: u32) -> StatusLevel {
    match attempt.ending {
        Ending::Passed if number > 1 => StatusLevel::Flaky,
        Ending::Passed if attempt.leaks == Leaks::Report && !attempt.left.is_empty() => {
            StatusLevel::Leak
        }
        Ending::Passed => StatusLevel::Pass,
        Ending::Empty if number == 1 => StatusLevel::Leak,
        Ending::Skipped(_) if number == 1 => StatusLevel::Pass,
        Ending::Expected { .. } => StatusLevel::Leak,
        _ => StatusLevel::Fail,
    }
}

/// The attempt of an event, with its output.
fn attempt<'e>(event: &Event<'e>) -> Option<&'e Attempt> {
    match *event {
        Event::TestEnded { attempt, .. }
        | Event::TestRetried { attempt, .. }
        | Event::TestRaced { attempt, .. } => Some(attempt),
        _ => None,
    }
}

fn has_output(attempt: &Attempt) -> bool {
    attempt.output.streams().any(|(_, stream)| !stream.is_empty()) || !attempt.services.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use probe_process::{Leak, Signal};

    #[test]
    fn a_line_is_shown_by_its_level_or_for_its_output() {
        use Now::{Line, LineAndOutput, Nothing};
        for (is_level, show, now, at_end) in [
            (true, ShowOutput::Immediate, LineAndOutput, false),
            (true, ShowOutput::Final, Line, true),
            (true, ShowOutput::ImmediateFinal, LineAndOutput, true),
            (true, ShowOutput::Never, Line, false),
            (false, ShowOutput::Immediate, LineAndOutput, false),
            (false, ShowOutput::Final, Nothing, true),
            (false, ShowOutput::ImmediateFinal, LineAndOutput, true),
            (false, ShowOutput::Never, Nothing, false),
        ] {
            assert_eq!(shown(is_level, show), Shown { now, at_end }, "{is_level} {show}");
        }
    }

    #[test]
    fn every_end_has_its_level() {
        let left = vec![Leak { pid: 1, command: "daemon".to_owned() }];
        for (ending, number, leaks, expected) in [
            (Ending::Passed, 1, Leaks::Kill, StatusLevel::Pass),
            (Ending::Passed, 1, Leaks::Report, StatusLevel::Leak),
            (Ending::Passed, 2, Leaks::Kill, StatusLevel::Flaky),
            (Ending::Passed, 2, Leaks::Report, StatusLevel::Flaky),
            (Ending::Empty, 1, Leaks::Kill, StatusLevel::Leak),
            (Ending::Empty, 2, Leaks::Kill, StatusLevel::Fail),
            (Ending::Unexpected(String::new()), 1, Leaks::Kill, StatusLevel::Fail),
            (
                Ending::Expected { of: Box::new(Ending::Exited(1)), reason: String::new() },
                2,
                Leaks::Kill,
                StatusLevel::Leak,
            ),
            (Ending::Skipped(String::new()), 1, Leaks::Kill, StatusLevel::Pass),
            (Ending::Skipped(String::new()), 2, Leaks::Kill, StatusLevel::Fail),
            (Ending::Leaked, 1, Leaks::Fail, StatusLevel::Fail),
            (Ending::Exited(1), 1, Leaks::Kill, StatusLevel::Fail),
            (Ending::Exited(1), 2, Leaks::Report, StatusLevel::Fail),
            (Ending::Killed(Signal::BUS), 1, Leaks::Kill, StatusLevel::Fail),
            (Ending::Interrupted, 1, Leaks::Kill, StatusLevel::Fail),
            (Ending::NotStarted(String::new()), 1, Leaks::Kill, StatusLevel::Fail),
        ] {
            let attempt =
                Attempt { left: left.clone(), leaks, ..Attempt::without_process(ending.clone()) };
            assert_eq!(level_of_end(&attempt, number), expected, "{ending:?} {number} {leaks}");
        }
    }

    #[test]
    fn each_level_has_the_lines_of_those_before_it() {
        for (level, shown) in StatusLevel::ALL.iter().zip(1..) {
            let policy = ShowPolicy { level: *level, ..ShowPolicy::default() };
            let has = |line: &&StatusLevel| **line <= policy.level;
            assert_eq!(StatusLevel::ALL.iter().filter(has).count(), shown, "{level}");
        }
    }
}
