//! How the output of a process is captured, and what was kept of it. Does not know whose output it is, nor how it is shown.

use super::output::Stream;
use super::sieve::Sought;
use crate::sift::plain;

/// How the output of a process is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// Keeps standard output and standard error apart.
    Split,
    /// Keeps both streams as one, in the order in which they were written.
    Combined,
    /// Keeps nothing: the output goes to probe's own streams.
    Through,
}

/// The captured output of a process.
#[derive(Debug, Default)]
pub enum Captured {
    /// Nothing was captured: no process ran, or it printed to probe's own streams.
    #[default]
    Nothing,
    /// Each stream by itself. The order between the two streams is not known.
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
    /// Makes an empty capture. If there is something to search for, the streams are searched.
    pub(super) fn new(capture: Capture, sought: Option<Sought>) -> Self {
        let stream = || Stream::searched(sought);
        match capture {
            Capture::Split => Self::Split { stdout: stream(), stderr: stream() },
            Capture::Combined => Self::Combined(stream()),
            Capture::Through => Self::Nothing,
        }
    }

    /// Limits each stream to so many bytes.
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

    /// Drops the middle of streams that are too long for memory, because they may go on for ever.
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

    /// The captured streams with their names: `stdout` and `stderr`, or `output` for both as one.
    pub fn streams(&self) -> impl DoubleEndedIterator<Item = (&'static str, &Stream)> {
        let streams = match self {
            Self::Nothing => [None, None],
            Self::Split { stdout, stderr } => [Some(("stdout", stdout)), Some(("stderr", stderr))],
            Self::Combined(output) => [Some(("output", output)), None],
        };
        streams.into_iter().flatten()
    }

    /// The end of a failed process's output: of standard error, or of standard output if standard error is empty. Without
    /// escape sequences, because it becomes part of another text.
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
