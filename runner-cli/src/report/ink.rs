//! Where reporters write: their own text with colours or without, and a test's bytes exactly as they are. What belongs
//! together reaches the stream in one write, so that runs which share a terminal do not mix within a line.

use std::io::{self, Write};

use anstream::ColorChoice;
use anstream::adapter::strip_bytes;

/// A stream, and what has not been written to it yet.
#[derive(Debug)]
pub(crate) struct Ink<W> {
    out: W,
    colours: Colours,
    pending: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colours {
    Keep,
    Strip,
}

impl Ink<io::Stderr> {
    /// Standard error, in colour where the terminal and NO_COLOR, CLICOLOR and CLICOLOR_FORCE say so.
    pub(crate) fn stderr() -> Self {
        let out = io::stderr();
        let colours = match anstream::AutoStream::choice(&out) {
            ColorChoice::Never => Colours::Strip,
            _ => Colours::Keep,
        };
        Self { out, colours, pending: Vec::new() }
    }
}

impl<W> Ink<W> {
    /// Takes bytes that are not probe's own: they may be in any encoding, and none of them is touched.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }
}

impl<W: Write> Write for Ink<W> {
    /// Takes text of probe's own. An escape sequence is always in one piece: styles are written as constants.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match self.colours {
            Colours::Keep => self.pending.extend_from_slice(text),
            Colours::Strip => {
                strip_bytes(text).for_each(|piece| self.pending.extend_from_slice(piece));
            }
        }
        Ok(text.len())
    }

    /// Writes all that is pending, in one go. It is forgotten even if that fails.
    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.pending).and_then(|()| self.out.flush());
        self.pending.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style;

    fn check(colours: Colours, expected: &[u8]) {
        let mut ink = Ink { out: Vec::new(), colours, pending: Vec::new() };
        write!(ink, "{}✓ PASS{:#}: ", style::PASS, style::PASS).expect("write");
        ink.raw(b"\xff\x1b[31mred\x1b[0m");
        assert!(ink.out.is_empty(), "nothing is written before the line is whole");
        ink.flush().expect("flush");
        assert_eq!(ink.out.escape_ascii().to_string(), expected.escape_ascii().to_string());
    }

    #[test]
    fn colours_are_stripped_from_probes_own_text_only() {
        check(Colours::Strip, b"\xe2\x9c\x93 PASS: \xff\x1b[31mred\x1b[0m");
        check(Colours::Keep, b"\x1b[1m\x1b[32m\xe2\x9c\x93 PASS\x1b[0m: \xff\x1b[31mred\x1b[0m");
    }
}
