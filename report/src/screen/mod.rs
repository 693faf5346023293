//! Standard error as people see it: text, and on a terminal below it a picture of the run that changes in place.
//!
//! A thread of its own writes. So a terminal that accepts nothing (^S, a pager) does not hold up the run, and a run with many
//! events does not write many times. Knows neither the meaning of the text nor the content of the picture.

mod drawer;
mod painter;
mod stderr;

use std::io::{self, Write};
use std::panic;
use std::sync::{Arc, OnceLock, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::live::{Board, LiveScope};
use drawer::Drawer;
pub use stderr::is_terminal;

/// The most text that waits for a terminal that accepts nothing. With more, writers wait as well, so that text is neither
/// lost nor grows without limit.
const PATIENCE: usize = 8 << 20;
/// How long probe waits for a terminal before it stops itself for job control, or reports a panic.
const MOMENT: Duration = Duration::from_millis(250);

/// What the screen shows besides text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// A picture below the text. Also the progress, if the terminal has its own place for it (OSC 9;4).
    Picture {
        /// How much of the run it shows.
        scope: LiveScope,
        /// Whether the picture has colours.
        is_coloured: bool,
        /// Whether the terminal shows progress by itself.
        has_progress: bool,
    },
    /// A few lines after a long silence.
    Heartbeat(LiveScope),
    /// Nothing.
    Nothing,
}

/// Standard error during a run. There is only one at a time.
#[derive(Debug)]
pub struct Screen {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Writes text to a screen, whole lines at a time.
#[derive(Debug)]
pub struct Above(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Whether a picture is drawn, besides text.
    draws: bool,
    /// Wakes the thread.
    changed: Condvar,
    /// Tells that the thread has written.
    written: Condvar,
}

#[derive(Debug)]
struct State {
    board: Board,
    /// Whole lines that are not written yet.
    text: Vec<u8>,
    /// The time of the last text.
    said: Instant,
    picture: Picture,
    /// The number of requests so far to wait until all text is written.
    asked: u64,
    /// The number of such requests at the time of the last write.
    answered: u64,
    /// Whether the thread sleeps until it is woken.
    is_idle: bool,
    /// Whether no more text will come.
    is_closed: bool,
    /// Whether there is no thread, so that writers write directly.
    is_direct: bool,
}

/// Whether the picture is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Picture {
    Shown,
    /// To be drawn where the cursor is, since others have used the terminal meanwhile.
    Anew,
    Hidden,
}

impl Screen {
    /// Starts the thread. If that fails, the screen writes text at once and shows nothing else.
    pub fn start(show: Show) -> Self {
        let draws = matches!(show, Show::Picture { .. });
        let shared = Arc::new(Shared::new(draws));
        let drawn = Arc::clone(&shared);
        let drawer = Drawer::new(show);
        let thread = std::thread::Builder::new().name("screen".to_owned());
        let thread = thread.spawn(move || drawer.run(&drawn)).ok();
        shared.state.lock().is_direct = thread.is_none();
        make_room_for_panics(&shared);
        Self { shared, thread }
    }

    /// Writes text at once and shows nothing else: for a stream on which tests write as well.
    pub fn direct() -> Self {
        let shared = Arc::new(Shared::new(false));
        shared.state.lock().is_direct = true;
        Self { shared, thread: None }
    }

    /// The stream for text above the picture.
    pub fn above(&self) -> Above {
        Above(Arc::clone(&self.shared))
    }

    /// Changes the content of the picture.
    pub fn update(&self, change: impl FnOnce(&mut Board)) {
        let mut state = self.shared.state.lock();
        change(&mut state.board);
        if self.shared.draws {
            self.shared.wake(&mut state);
        }
    }

    /// Removes the picture, if the terminal accepts that: others will use the terminal.
    pub fn hide(&self) {
        self.shared.hide();
    }

    /// Shows the picture again, at the current position of the cursor.
    pub fn show(&self) {
        self.shared.show();
    }

    /// Removes the picture for good, and waits until everything has been written.
    pub fn finish(&self) {
        let mut state = self.shared.state.lock();
        state.picture = Picture::Hidden;
        self.shared.settle(&mut state, None);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.is_closed = true;
        self.shared.changed.notify_one();
        drop(state);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed, and its text is written by whoever says it.
            let _ = thread.join();
        }
    }
}

impl Write for Above {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state.lock();
        while state.text.len() > PATIENCE && !state.is_direct {
            self.0.written.wait(&mut state);
        }
        if state.is_direct {
            drop(state);
            stderr::write_all(text)?;
            return Ok(text.len());
        }
        state.text.extend_from_slice(text);
        state.said = Instant::now();
        self.0.wake(&mut state);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn new(draws: bool) -> Self {
        let now = Instant::now();
        let state = State {
            board: Board::new(now),
            text: Vec::new(),
            said: now,
            picture: Picture::Shown,
            asked: 0,
            answered: 0,
            is_idle: false,
            is_closed: false,
            is_direct: false,
        };
        let (changed, written) = (Condvar::new(), Condvar::new());
        Self { state: Mutex::new(state), draws, changed, written }
    }

    /// Wakes the thread if it sleeps; if it works, or rests between two frames, it will look by itself.
    fn wake(&self, state: &mut State) {
        if std::mem::take(&mut state.is_idle) {
            self.changed.notify_one();
        }
    }

    fn hide(&self) {
        // The thread that panics may hold this lock itself.
        let Some(mut state) = self.state.try_lock_for(MOMENT) else { return };
        if state.picture != Picture::Hidden {
            state.picture = Picture::Hidden;
            self.settle(&mut state, Some(Instant::now() + MOMENT));
        }
    }

    fn show(&self) {
        let Some(mut state) = self.state.try_lock_for(MOMENT) else { return };
        state.picture = Picture::Anew;
        self.wake(&mut state);
    }

    /// Waits until all text so far is written, but not beyond `until`.
    fn settle(&self, state: &mut MutexGuard<'_, State>, until: Option<Instant>) {
        state.asked += 1;
        let mine = state.asked;
        self.changed.notify_one();
        while state.answered < mine && !state.is_direct {
            let timed_out = match until {
                Some(until) => self.written.wait_until(state, until).timed_out(),
                None => {
                    self.written.wait(state);
                    false
                }
            };
            if timed_out {
                return;
            }
        }
    }
}

/// Keeps the message of a panic out of the picture.
fn make_room_for_panics(shared: &Arc<Shared>) {
    static SCREEN: OnceLock<Mutex<Weak<Shared>>> = OnceLock::new();
    let is_first = SCREEN.get().is_none();
    *SCREEN.get_or_init(Mutex::default).lock() = Arc::downgrade(shared);
    if is_first {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            let screen = SCREEN.get().and_then(|screen| screen.lock().upgrade());
            if let Some(screen) = &screen {
                screen.hide();
            }
            print(what);
            if let Some(screen) = &screen {
                screen.show();
            }
        }));
    }
}
