//! The last line that a process printed, readable while it runs. Does not know whose process it is.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::ear::Ear;
use crate::sift::plain;

/// The number of bytes of a line that are kept.
const KEPT: usize = 1024;

/// The last line that a process printed, and when. Standard output and standard error count as one. The thread that reads the
/// process and those that show the line share it.
#[derive(Debug)]
pub struct LastLine(Mutex<State>);

#[derive(Debug)]
struct State {
    /// The last complete line that is not blank.
    whole: Vec<u8>,
    /// The start of the next line.
    begun: Vec<u8>,
    heard: Instant,
}

impl Default for LastLine {
    fn default() -> Self {
        let state = State { whole: Vec::new(), begun: Vec::new(), heard: Instant::now() };
        Self(Mutex::new(state))
    }
}

impl LastLine {
    /// Notes that the process starts now.
    pub(super) fn begin(&self) {
        self.0.lock().heard = Instant::now();
    }

    /// How long the process has printed nothing.
    pub(super) fn silence(&self) -> Duration {
        self.0.lock().heard.elapsed()
    }

    /// The last line that is not blank, as plain text; `None` if there is none.
    pub fn text(&self) -> Option<String> {
        let state = self.0.lock();
        let shown = |line: &[u8]| {
            let text = String::from_utf8_lossy(line).into_owned();
            Some(plain(text.trim()).trim().to_owned()).filter(|text| !text.is_empty())
        };
        shown(&state.begun).or_else(|| shown(&state.whole))
    }
}

impl Ear for LastLine {
    fn hear(&self, bytes: &[u8]) {
        let mut state = self.0.lock();
        state.heard = Instant::now();
        // A line that is overwritten in place, such as a progress bar, is complete as well.
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let has_ended = matches!(piece.last(), Some(b'\n' | b'\r'));
            let room = KEPT.saturating_sub(state.begun.len());
            state.begun.extend_from_slice(&piece[..piece.len().min(room)]);
            if has_ended {
                let line = std::mem::take(&mut state.begun);
                if !line.trim_ascii().is_empty() {
                    state.whole = line;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_last_that_says_something() {
        for (said, expected) in [
            (&[""][..], None),
            (&["one\ntwo\n"], Some("two")),
            (&["one\n", "\n  \n"], Some("one")),
            (&["one\ntw", "o"], Some("two")),
            (&["10 %\r20 %\r", "30 %"], Some("30 %")),
            (&["10 %\r20 %\r"], Some("20 %")),
            (&["\x1b[31mred\x1b[0m\x1b]0;title\x07\n"], Some("red")),
        ] {
            let last = LastLine::default();
            said.iter().for_each(|bytes| last.hear(bytes.as_bytes()));
            assert_eq!(last.text().as_deref(), expected, "{said:?}");
        }
        let last = LastLine::default();
        last.hear(&[b'x'; 3 * KEPT]);
        assert_eq!(last.text().expect("a line").len(), KEPT);
    }
}
