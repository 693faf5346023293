//! Computes the bytes that make a terminal show text, and below it a picture that changes in place. No printing.
//!
//! The cursor rests at the beginning of the row below the picture, and is never hidden. So the terminal is fit for a shell,
//! however probe ends. Lines of the picture must be narrower than the terminal.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr;

/// Makes the terminal show the following text only when it is complete, so that nothing flickers (synchronised output, DEC
/// mode 2026).
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";
/// From the cursor to the end of its row, and to the end of the screen.
const ERASE_ROW: &str = "\x1b[K";
const ERASE_BELOW: &str = "\x1b[J";
/// Resets colours that a test's own output may have left.
const NO_COLOURS: &str = "\x1b[0m";

/// Knows the content of the terminal.
#[derive(Debug, Default)]
pub(super) struct Painter {
    drawn: Vec<String>,
    /// Of the terminal when that was drawn.
    columns: usize,
}

impl Painter {
    /// The bytes that print `text`, in whole lines, above the picture, and make the picture `lines`. `columns` is the width
    /// of the terminal now.
    pub(super) fn frame(&mut self, text: &[u8], lines: Vec<String>, columns: usize) -> Vec<u8> {
        let is_resized = self.columns != columns && !self.drawn.is_empty();
        if text.is_empty() && lines == self.drawn && !is_resized {
            return Vec::new();
        }
        if self.drawn.is_empty() && lines.is_empty() {
            return text.to_vec();
        }
        let mut bytes = BEGIN.as_bytes().to_vec();
        let rows: usize = self.drawn.iter().map(|line| self.rows(line, columns)).sum();
        bytes.push(b'\r');
        if rows > 0 {
            bytes.extend_from_slice(format!("\x1b[{rows}A").as_bytes());
        }
        if !text.is_empty() || is_resized {
            bytes.extend_from_slice(ERASE_BELOW.as_bytes());
            bytes.extend_from_slice(text);
            self.drawn.clear();
        }
        bytes.extend_from_slice(NO_COLOURS.as_bytes());
        for (row, line) in lines.iter().enumerate() {
            if self.drawn.get(row) != Some(line) {
                bytes.extend_from_slice(line.as_bytes());
                bytes.extend_from_slice(ERASE_ROW.as_bytes());
            }
            bytes.extend_from_slice(b"\r\n");
        }
        // Rows of a higher picture, and what the terminal has echoed of keys.
        bytes.extend_from_slice(ERASE_BELOW.as_bytes());
        bytes.extend_from_slice(END.as_bytes());
        (self.drawn, self.columns) = (lines, columns);
        bytes
    }

    /// The terminal may show anything by now: the next picture begins where the cursor is.
    pub(super) fn forget(&mut self) {
        self.drawn.clear();
    }

    /// The rows that a line takes which was drawn when the terminal may have been wider: terminals wrap it then.
    fn rows(&self, line: &str, columns: usize) -> usize {
        let width: usize = strip_str(line).map(UnicodeWidthStr::width).sum();
        if columns < self.columns { width.div_ceil(columns.max(1)).max(1) } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parser(rows: u16, columns: u16) -> vt100::Parser {
        let of =
            |number| std::num::NonZeroU16::new(number).expect("a terminal has rows and columns");
        vt100::Parser::new(of(rows), of(columns), 100)
    }

    /// A terminal and its painter.
    struct Easel {
        painter: Painter,
        terminal: vt100::Parser,
    }

    impl Easel {
        fn new(rows: u16, columns: u16) -> Self {
            Self { painter: Painter::default(), terminal: parser(rows, columns) }
        }

        /// Paints, and returns the visible text and the number of bytes written.
        fn frame(&mut self, text: &str, lines: &[&str]) -> (String, usize) {
            let lines = lines.iter().map(|&line| line.to_owned()).collect();
            let columns = self.terminal.screen().size().1.get();
            // A terminal driver makes two of a newline.
            let text = text.replace('\n', "\r\n");
            let bytes = self.painter.frame(text.as_bytes(), lines, columns.into());
            self.terminal.process(&bytes);
            (self.seen(), bytes.len())
        }

        fn seen(&self) -> String {
            self.terminal.screen().contents().trim_end().to_owned()
        }
    }

    #[test]
    fn text_is_printed_above_the_picture() {
        let mut easel = Easel::new(5, 20);
        assert_eq!(easel.frame("", &["bar 0", "test a"]).0, "bar 0\ntest a");
        assert_eq!(easel.frame("PASS a\n", &["bar 1"]).0, "PASS a\nbar 1");
        assert_eq!(easel.frame("PASS b\n", &["bar 2", "d"]).0, "PASS a\nPASS b\nbar 2\nd");
        // By now the screen scrolls, and the last row is the cursor's.
        assert_eq!(easel.frame("PASS c\n", &["bar 3", "d"]).0, "PASS b\nPASS c\nbar 3\nd");
        assert_eq!(easel.frame("SUMMARY\n", &[]).0, "PASS b\nPASS c\nSUMMARY");
        assert_eq!(easel.terminal.screen().cursor_position(), (3, 0));
        assert!(!easel.terminal.screen().hide_cursor());
    }

    #[test]
    fn only_what_has_changed_is_drawn_again() {
        let mut easel = Easel::new(9, 60);
        let long = "a test with a name that is long enough to be counted";
        easel.frame("", &["bar 0", long]);
        assert_eq!(easel.frame("", &["bar 0", long]).1, 0);
        let (seen, bytes) = easel.frame("", &["bar 1", long]);
        assert_eq!(seen, format!("bar 1\n{long}"));
        assert!(bytes < long.len(), "{bytes} bytes");
        assert_eq!(easel.frame("", &["bar 1"]).0, "bar 1");
        assert_eq!(easel.frame("", &["ba"]).0, "ba");
        assert_eq!(easel.terminal.screen().cursor_position(), (1, 0));
    }

    #[test]
    fn what_the_terminal_echoes_of_keys_is_wiped_away() {
        let mut easel = Easel::new(9, 20);
        easel.frame("", &["bar 0", "a"]);
        easel.terminal.process(b"^C");
        assert_eq!(easel.frame("STOPPING\n", &["bar 0", "a"]).0, "STOPPING\nbar 0\na");
    }

    #[test]
    fn after_a_break_the_picture_begins_where_the_cursor_is() {
        let mut easel = Easel::new(9, 20);
        easel.frame("PASS a\n", &["bar 0"]);
        assert_eq!(easel.frame("", &[]).0, "PASS a");
        easel.painter.forget();
        easel.terminal.process(b"[1]+ Stopped\r\n$ fg\r\n");
        assert_eq!(easel.frame("", &["bar 0"]).0, "PASS a\n[1]+ Stopped\n$ fg\nbar 0");
    }

    #[test]
    fn in_a_terminal_that_has_become_narrower_wrapped_rows_are_counted() {
        let mut easel = Easel::new(9, 20);
        easel.frame("PASS a\n", &["bar 0 ━━━━━━━━━", "a"]);
        // The picture after a terminal has wrapped its rows anew.
        easel.terminal = parser(9, 10);
        easel.terminal.process("PASS a\r\nbar 0 ━━━━━━━━━\r\na\r\n".as_bytes());
        assert_eq!(easel.frame("", &["bar 0 ━━━", "a"]).0, "PASS a\nbar 0 ━━━\na");
        // Wider again: nothing grows together.
        easel.terminal.set_size(9.try_into().expect("not 0"), 20.try_into().expect("not 0"));
        assert_eq!(easel.frame("", &["bar 0 ━━━━━━━━━", "a"]).0, "PASS a\nbar 0 ━━━━━━━━━\na");
    }

    #[test]
    fn without_a_picture_nothing_is_sent_but_the_text() {
        let mut painter = Painter::default();
        assert_eq!(painter.frame(b"PASS \xff\n", Vec::new(), 80), b"PASS \xff\n");
    }
}
