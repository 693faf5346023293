//! What becomes of what a process prints, and what of it was kept. Does not know whose it is, nor how it is shown.

use super::output::Stream;
use super::sieve::Sought;
use crate::sift::plain;

/// What becomes of what a process prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// Its two streams are kept apart.
    Split,
    /// Both are kept as one, in the order in which they were written.
    Combined,
    /// Nothing is kept: it goes where probe's own streams go.
    Through,
}

/// What was kept of what a process printed.
#[derive(Debug, Default)]
pub enum Captured {
    /// Nothing: no process ran, or it printed to probe's own streams.
    #[default]
    Nothing,
    /// Each stream by itself. What one says has no place in time among what the other says.
    Split {
        /// Standard output.
        stdout: Stream,
        /// Standard error.
        stderr: Stream,
    },
    /// Both streams, in the order in which they were written.
    Combined(Stream),
}

impl Captured {
    /// Nothing yet, of a process whose output is treated so, and searched if there is something to seek.
    pub(super) fn new(capture: Capture, sought: Option<Sought>) -> Self {
        let stream = || Stream::searched(sought);
        match capture {
            Capture::Split => Self::Split { stdout: stream(), stderr: stream() },
            Capture::Combined => Self::Combined(stream()),
            Capture::Through => Self::Nothing,
        }
    }

    /// Takes no more of a stream than so many bytes.
    pub(super) fn bound(&mut self, most: Option<u64>) {
        match self {
            Self::Nothing => {}
            Self::Split { stdout, stderr } => {
                stdout.bound(most);
                stderr.bound(most);
            }
            Self::Combined(both) => both.bound(most),
        }
    }

    /// Forgets the middle of a stream that is too long for memory: it may go on for ever.
    pub(super) fn forget(&mut self) {
        match self {
            Self::Nothing => {}
            Self::Split { stdout, stderr } => {
                stdout.forget();
                stderr.forget();
            }
            Self::Combined(both) => both.forget(),
        }
    }

    /// What was kept, each with its name: `stdout` and `stderr`, or `output` for both as one.
    pub fn streams(&self) -> impl DoubleEndedIterator<Item = (&'static str, &Stream)> {
        let streams = match self {
            Self::Nothing => [None, None],
            Self::Split { stdout, stderr } => [Some(("stdout", stdout)), Some(("stderr", stderr))],
            Self::Combined(output) => [Some(("output", output)), None],
        };
        streams.into_iter().flatten()
    }

    /// The end of what the process said that failed: of standard error, or of standard output if that is empty. Without
    /// escape sequences, since it becomes part of another text.
    pub fn last_words(&self) -> String {
        let mut latest_first = self.streams().rev().map(|(_, stream)| stream);
        let Some(stream) = latest_first.find(|stream| !stream.is_empty()) else {
            return String::new();
        };
        let excerpt = stream.excerpt();
        let text = if excerpt.tail.is_empty() { excerpt.head } else { excerpt.tail };
        plain(&String::from_utf8_lossy(text)).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stdout: &[u8], stderr: &[u8], expected: &str) {
        let mut captured = Captured::new(Capture::Split, None);
        let Captured::Split { stdout: out, stderr: err } = &mut captured else { unreachable!() };
        out.push(stdout, &std::env::temp_dir());
        err.push(stderr, &std::env::temp_dir());
        assert_eq!(captured.last_words(), expected);
    }

    #[test]
    fn the_last_words_are_those_of_standard_error() {
        check(b"out\n", b"\x1b[31merr\x1b[0m \xff\n\n", "err \u{fffd}");
        check(b"out\n", b"", "out");
        check(b"", b"", "");
        assert_eq!(Captured::Nothing.last_words(), "");
    }
}
