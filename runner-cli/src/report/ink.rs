//! Where reporters write: text with colours or without, and what a test printed, in any encoding. What belongs
//! together reaches the stream in one write, so that runs which share a terminal do not mix within a line.

use std::io::{self, Write};

use anstream::ColorChoice;
use anstream::adapter::strip_bytes;

use super::screen::{Above, Screen};

/// Begins every escape sequence.
const ESCAPE: u8 = 0x1b;

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

#[cfg(test)]
impl<W> Ink<W> {
    /// A stream without colours.
    pub(super) fn plain(out: W) -> Self {
        Self { out, colours: Colours::Strip, pending: Vec::new() }
    }
}

impl Ink<io::Stderr> {
    /// Standard error, in colour where the terminal and NO_COLOR, CLICOLOR and CLICOLOR_FORCE say so.
    pub(crate) fn stderr() -> Self {
        Self { out: io::stderr(), colours: Colours::of_stderr(), pending: Vec::new() }
    }
}

impl Ink<Above> {
    /// The same for standard error while a screen has it.
    pub(crate) fn above(screen: &Screen) -> Self {
        Self { out: screen.above(), colours: Colours::of_stderr(), pending: Vec::new() }
    }
}

impl Colours {
    fn of_stderr() -> Self {
        match anstream::AutoStream::choice(&io::stderr()) {
            ColorChoice::Never => Self::Strip,
            _ => Self::Keep,
        }
    }
}

impl<W> Ink<W> {
    /// Takes text that has been through here before.
    pub(super) fn again(&mut self, text: &[u8]) {
        self.pending.extend_from_slice(text);
    }

    /// Gives all back that is pending, instead of writing it.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }

    /// Takes what a test printed, each line behind `margin`. Its bytes may be in any encoding, and none is touched but those
    /// of escape sequences: these go where colours go, and what they have set ends with the text.
    pub(super) fn quote(&mut self, text: &[u8], margin: &str) {
        if text.is_empty() {
            return;
        }
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            self.pending.extend_from_slice(margin.as_bytes());
            // Line by line, so that a sequence without an end takes no more than its line.
            match self.colours {
                Colours::Strip => strip(line, &mut self.pending),
                Colours::Keep => self.pending.extend_from_slice(line),
            }
        }
        if self.pending.last() != Some(&b'\n') {
            self.pending.push(b'\n');
        }
        if self.colours == Colours::Keep && text.contains(&ESCAPE) {
            let end = self.pending.len() - 1;
            self.pending.splice(end..end, anstyle::Reset.to_string().into_bytes());
        }
    }
}

/// Appends a line without its escape sequences. Each one is taken by itself: what comes before it may end within what
/// would be a letter in UTF-8, and must not hide it.
fn strip(line: &[u8], to: &mut Vec<u8>) {
    let (line, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |line| (line, b"\n"));
    let starts = line.iter().enumerate().filter(|(_, byte)| **byte == ESCAPE).map(|(at, _)| at);
    let mut begin = 0;
    for next in starts.chain([line.len()]) {
        match &line[begin..next] {
            sequence @ [ESCAPE, ..] => {
                strip_bytes(sequence).for_each(|piece| to.extend_from_slice(piece));
            }
            text => to.extend_from_slice(text),
        }
        begin = next;
    }
    to.extend_from_slice(end);
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
        assert!(ink.out.is_empty(), "nothing is written before the line is whole");
        ink.flush().expect("flush");
        assert_eq!(ink.out.escape_ascii().to_string(), expected.escape_ascii().to_string());
    }

    #[test]
    fn colours_are_stripped_where_there_are_to_be_none() {
        check(Colours::Strip, b"\xe2\x9c\x93 PASS: ");
        check(Colours::Keep, b"\x1b[1m\x1b[32m\xe2\x9c\x93 PASS\x1b[0m: ");
    }

    #[test]
    fn what_a_test_printed_stays_as_it_is_but_for_its_escape_sequences() {
        for (text, stripped, kept) in [
            (&b""[..], &b""[..], &b""[..]),
            (b"a\nb", b"> a\n> b\n", b"> a\n> b\n"),
            (
                b"\xff\x00\x08caf\xe9\r\n",
                b"> \xff\x00\x08caf\xe9\r\n",
                b"> \xff\x00\x08caf\xe9\r\n",
            ),
            (b"\x1b[31mred\nstill", b"> red\n> still\n", b"> \x1b[31mred\n> still\x1b[0m\n"),
            (
                b"\x1b[1;38;5;9mcaf\xe9\x1b[m\n",
                b"> caf\xe9\n",
                b"> \x1b[1;38;5;9mcaf\xe9\x1b[m\x1b[0m\n",
            ),
            // A link, and the title of a window without an end.
            (
                b"\x1b]8;;http://a\x1b\\b\x1b]8;;\x1b\\\n",
                b"> b\n",
                b"> \x1b]8;;http://a\x1b\\b\x1b]8;;\x1b\\\x1b[0m\n",
            ),
            (b"\x1b]0;title\nnext\n", b"> \n> next\n", b"> \x1b]0;title\n> next\x1b[0m\n"),
        ] {
            for (colours, expected) in [(Colours::Strip, stripped), (Colours::Keep, kept)] {
                let mut ink = Ink { out: (), colours, pending: Vec::new() };
                ink.quote(text, "> ");
                assert_eq!(
                    ink.pending.escape_ascii().to_string(),
                    expected.escape_ascii().to_string()
                );
            }
        }
    }
}
