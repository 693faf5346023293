//! The thread that writes: decides when, and what.

use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anstyle_progress::{TermProgress, TermProgressStatus};
use parking_lot::MutexGuard;

use super::painter::Painter;
use super::stderr::{is_in_foreground, size, write_all};
use super::{Picture, Shared, Show, State};
use crate::live::{Heartbeat, Progress, Size, progress, still, view};

/// The least time between two frames: nobody sees more than ten a second.
const FRAME: Duration = Duration::from_millis(100);
/// The least time between two writes without a picture, so that one write has many lines.
const BATCH: Duration = Duration::from_millis(20);
/// While nothing happens the picture is drawn so often, for its clocks and the size of the terminal.
const TICK: Duration = Duration::from_millis(250);

/// The state of the thread.
#[derive(Debug)]
pub(super) struct Drawer {
    show: Show,
    painter: Painter,
    heartbeat: Heartbeat,
    /// The progress that the terminal got last.
    progress: Option<Progress>,
    /// The stream is gone: text goes nowhere.
    is_lost: bool,
}

impl Drawer {
    pub(super) fn new(show: Show) -> Self {
        Self {
            show,
            painter: Painter::default(),
            heartbeat: Heartbeat::default(),
            progress: None,
            is_lost: false,
        }
    }

    /// Writes the text, until the screen is closed.
    pub(super) fn run(mut self, shared: &Shared) {
        let _last_words = LastWords { shared };
        let mut state = shared.state.lock();
        loop {
            self.wait(shared, &mut state);
            let (asked, is_last) = (state.asked, state.is_closed);
            let now = Instant::now();
            let bytes = self.frame(&mut state, now);
            MutexGuard::unlocked(&mut state, || self.write(&bytes));
            state.answered = asked;
            shared.written.notify_all();
            if is_last {
                return;
            }
            let rest = now + if self.draws() { FRAME } else { BATCH };
            while state.asked == state.answered && !state.is_closed {
                if shared.changed.wait_until(&mut state, rest).timed_out() {
                    break;
                }
            }
        }
    }

    /// Whether a picture is drawn.
    fn draws(&self) -> bool {
        matches!(self.show, Show::Picture { .. })
    }

    /// Sleeps until there is something to do.
    fn wait(&self, shared: &Shared, state: &mut MutexGuard<'_, State>) {
        let until = match self.show {
            Show::Picture { .. } => Some(Instant::now() + TICK),
            Show::Heartbeat(_) => Some(self.heartbeat.due(state.said)),
            Show::Nothing => None,
        };
        state.is_idle = true;
        let is_quiet = |state: &State| {
            state.is_idle
                && state.text.is_empty()
                && state.asked == state.answered
                && !state.is_closed
        };
        while is_quiet(state) {
            match until {
                Some(until) if shared.changed.wait_until(state, until).timed_out() => break,
                Some(_) => {}
                None => shared.changed.wait(state),
            }
        }
        state.is_idle = false;
    }

    /// The bytes to write now.
    fn frame(&mut self, state: &mut State, now: Instant) -> Vec<u8> {
        let mut text = std::mem::take(&mut state.text);
        let is_hidden = state.picture == Picture::Hidden || state.is_closed;
        let Show::Picture { scope, is_coloured, has_progress } = self.show else {
            if let Show::Heartbeat(scope) = self.show
                && !is_hidden
                && self.heartbeat.beats(state.said, now)
            {
                for line in still(&state.board, now, scope) {
                    text.extend(strip_str(&line).flat_map(str::bytes));
                    text.push(b'\n');
                }
            }
            return text;
        };
        if state.picture == Picture::Anew {
            self.painter.forget();
            state.picture = Picture::Shown;
        }
        let size @ Size { columns, .. } = size();
        let is_seen = !is_hidden && is_in_foreground();
        let mut lines = if is_seen { view(&state.board, now, size, scope) } else { Vec::new() };
        if !is_coloured {
            lines = lines.iter().map(|line| strip_str(line).collect()).collect();
        }
        let progress = if has_progress && is_seen { progress(&state.board) } else { None };
        let mut bytes = Vec::new();
        if progress != self.progress {
            bytes.extend_from_slice(told(progress).to_string().as_bytes());
            self.progress = progress;
        }
        bytes.extend(self.painter.frame(&text, lines, columns));
        bytes
    }

    fn write(&mut self, bytes: &[u8]) {
        // A terminal that is gone must not end the run: its exit code still says how it went.
        self.is_lost = self.is_lost || (!bytes.is_empty() && write_all(bytes).is_err());
    }
}

/// The progress in the form for terminals.
fn told(progress: Option<Progress>) -> TermProgress {
    match progress {
        None => TermProgress::remove(),
        Some(Progress { percent, is_good: true }) => TermProgress::start().percent(percent),
        Some(Progress { percent, is_good: false }) => {
            TermProgress::start().status(TermProgressStatus::Error).percent(percent)
        }
    }
}

/// Records that the thread has ended, even by panic, so that no other thread waits for it.
struct LastWords<'a> {
    shared: &'a Shared,
}

impl Drop for LastWords<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.is_direct = true;
        let text = std::mem::take(&mut state.text);
        // As in `write`.
        let _ = write_all(&text);
        self.shared.written.notify_all();
    }
}
