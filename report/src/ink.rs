//! The output of reporters: text with or without colours, and the output of tests in any encoding. Text that belongs
//! together reaches the stream in one write, so that runs that share a terminal do not mix within a line.

use std::io::{self, Write};

use anstream::ColorChoice;
use probe_process::sift::{Colours, sift};

use super::screen::{Above, Screen};

/// Begins every escape sequence.
const ESCAPE: u8 = 0x1b;

/// A stream, and the text that is not written yet.
#[derive(Debug)]
pub struct Ink<W> {
    out: W,
    colours: Colours,
    pending: Vec<u8>,
}

#[cfg(test)]
impl<W> Ink<W> {
    /// Makes a stream without colours.
    pub(super) fn plain(out: W) -> Self {
        Self { out, colours: Colours::Strip, pending: Vec::new() }
    }
}

impl Ink<io::Stderr> {
    /// Standard error. It has colours if the terminal and NO_COLOR, CLICOLOR and CLICOLOR_FORCE allow them.
    pub fn stderr() -> Self {
        Self { out: io::stderr(), colours: colours_of_stderr(), pending: Vec::new() }
    }
}

impl Ink<Above> {
    /// Like `stderr`, while `screen` owns standard error.
    pub fn above(screen: &Screen) -> Self {
        Self { out: screen.above(), colours: colours_of_stderr(), pending: Vec::new() }
    }
}

/// As the terminal and the variables say.
fn colours_of_stderr() -> Colours {
    match anstream::AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => Colours::Strip,
        _ => Colours::Keep,
    }
}

impl<W> Ink<W> {
    /// Takes text that passed through here before.
    pub(super) fn again(&mut self, text: &[u8]) {
        self.pending.extend_from_slice(text);
    }

    /// Returns the pending text instead of writing it.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }

    /// Takes the output of a test, in any encoding, and puts `margin` before each line. Keeps colours if the stream has
    /// colours, and resets them at the end. Removes everything else that controls a terminal.
    pub(super) fn quote(&mut self, text: &[u8], margin: &str) {
        if text.is_empty() {
            return;
        }
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            self.pending.extend_from_slice(margin.as_bytes());
            // Line by line, so that a sequence without an end takes no more than its line.
            sift(line, self.colours, &mut self.pending);
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

impl<W: Write> Write for Ink<W> {
    /// Takes probe's own text, including names, paths and messages of others. An escape sequence of probe's own is
    /// always in one piece, because styles are constants.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        sift(text, self.colours, &mut self.pending);
        Ok(text.len())
    }

    /// Writes the pending text in one write, and forgets it even if that fails.
    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.pending).and_then(|()| self.out.flush());
        self.pending.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style;

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
    fn what_a_test_printed_stands_behind_a_margin_and_ends_with_its_colours() {
        for (text, stripped, kept) in [
            (&b""[..], &b""[..], &b""[..]),
            (b"a\nb", b"> a\n> b\n", b"> a\n> b\n"),
            (b"caf\xe9\r\n", b"> caf\xe9\r\n", b"> caf\xe9\r\n"),
            (b"\x1b[31mred\nstill", b"> red\n> still\n", b"> \x1b[31mred\n> still\x1b[0m\n"),
            (b"\x1b]0;title\nnext\n", b"> \n> next\n", b"> \n> next\x1b[0m\n"),
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

    #[test]
    fn what_others_have_named_moves_no_cursor() {
        let mut ink = Ink { out: Vec::new(), colours: Colours::Keep, pending: Vec::new() };
        let name = "a\x1b[2Jb\x1b";
        write!(ink, "{}PASS{:#} {name}", style::PASS, style::PASS).expect("write");
        write!(ink, "[2Jc").and_then(|()| ink.flush()).expect("flush");
        assert_eq!(String::from_utf8_lossy(&ink.out), "\x1b[1m\x1b[32mPASS\x1b[0m ab[2Jc");
    }
}
