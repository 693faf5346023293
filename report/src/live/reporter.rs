//! The reporter that updates the picture of a run, and passes events on to the reporter whose text stands above it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use probe_run::{Event, Reporter, Work};

use super::board::{Board, Doing, Ended, HeldUpBy};
use super::rate::Rate;
use crate::screen::Screen;

/// Shows a run on a screen. `inner` writes above the picture.
#[derive(Debug)]
pub struct Live<R> {
    screen: Screen,
    inner: R,
}

impl<R: Reporter> Live<R> {
    /// Shows events on `screen`, and passes them on to `inner`.
    pub fn new(screen: Screen, inner: R) -> Self {
        Self { screen, inner }
    }

    /// Stops the picture: others use the terminal from now on. Text still appears.
    pub fn finish(&self) {
        self.screen.finish();
    }
}

impl<R: Reporter> Reporter for Live<R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        self.screen.update(|board| hear(board, Instant::now(), event));
        self.inner.event(at, event);
        match event {
            Event::Suspending => self.screen.hide(),
            Event::Resumed => self.screen.show(),
            // No thread writes after this: the process may end at once.
            Event::Ended(_) => self.screen.finish(),
            _ => {}
        }
    }
}

/// Applies an event to the board.
fn hear(board: &mut Board, now: Instant, event: &Event<'_>) {
    match *event {
        Event::Started { extent, .. } => {
            (board.started, board.tests, board.libraries) = (now, extent.tests, extent.libraries);
        }
        Event::Importing { library, work, .. } => {
            let doing = match work {
                Work::Build(command, last) => {
                    Doing::Building { command: command.to_owned(), last: Arc::clone(last) }
                }
                Work::Fetch(origin) => Doing::Fetching {
                    origin: Some(origin.to_owned()),
                    bytes: 0,
                    total: None,
                    rate: Rate::new(now, 0),
                },
            };
            board.does(&library.name, doing, now);
        }
        Event::Transferred { library, bytes, total, .. } => {
            board.transfers(&library.name, now, bytes, total);
        }
        Event::PreloadWaiting { library, holder, waited, .. } => {
            let doing = Doing::Waiting { holder: holder.map(HeldUpBy::from), tests: 0 };
            board.does(&library.name, doing, now - waited);
        }
        Event::PreloadRetrying { library, cause, delay, .. } => {
            let doing = Doing::Retrying { cause: cause.to_owned(), again: now + delay };
            board.does(&library.name, doing, now);
        }
        Event::PreloadPassed { library, .. }
        | Event::Looked { library, .. }
        | Event::Checked { library, .. } => {
            board.imported(&library.name);
        }
        Event::ServiceFailed { blocked, .. }
        | Event::ServiceDied { blocked, .. }
        | Event::ServiceBlocks { blocked, .. } => board.blocked += blocked.len(),
        Event::TestLeads { library, .. } | Event::LibraryOpened { library } => {
            board.goes_on(&library.name);
        }
        Event::PreloadFailed { library, blocked, .. } => {
            board.imported(&library.name);
            board.blocked += blocked.len();
        }
        Event::LedElsewhere { library, holder, waited, tests, .. } => {
            let doing = Doing::Waiting { holder: holder.map(HeldUpBy::from), tests };
            board.does(&library.name, doing, now - waited);
        }
        Event::TestStarted { id, test, number, .. } => {
            board.starts(id, &test.to_string(), number, now);
        }
        Event::TestExamined { id, .. }
        | Event::TestRetried { id, .. }
        | Event::TestRaced { id, .. }
        | Event::TestPostponed { id, .. } => board.pauses(id),
        Event::TestEnded { id, attempt, .. } => {
            let has_passed = attempt.ending.is_good();
            board.ends(id, if has_passed { Ended::Passed } else { Ended::Failed });
        }
        Event::TestGivenUp { id, .. } => board.ends(id, Ended::Failed),
        Event::TestsBlocked { blocked, .. } => board.blocked += blocked.len(),
        Event::Stopping(_) => board.is_stopping = true,
        _ => {}
    }
}

impl From<&probe_loader::Holder> for HeldUpBy {
    fn from(holder: &probe_loader::Holder) -> Self {
        Self { full: holder.to_string(), pid: holder.pid }
    }
}
