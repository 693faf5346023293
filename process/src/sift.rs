//! Makes foreign text safe for a terminal or a log. Only colours (SGR) may pass; other escape sequences, which could move the
//! cursor, write the clipboard or set a title, are removed. Other control characters become visible.
//!
//! Bytes may have any encoding. Bytes that are not UTF-8 pass, unless a terminal might take them for controls (C1). Does not
//! know whose text it is.

use std::io::{self, Write};

const ESCAPE: u8 = 0x1b;
/// Ends the string of an operating-system command, as ESC \ does.
const BELL: u8 = 0x07;
/// Replaces a control character of the upper half (C1).
const UNKNOWN: &[u8] = "\u{fffd}".as_bytes();
/// U+2400 replaces the control character 0. The replacements of the others follow it.
const PICTURES: u32 = 0x2400;
/// Replaces DEL.
const DELETE: char = '\u{2421}';

/// Whether colours pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Colours pass.
    Keep,
    /// Colours are removed, like all other escape sequences.
    Strip,
}

/// Appends the safe form of `text` to `to`. An escape sequence without an end takes no more than its line.
pub fn sift(text: &[u8], colours: Colours, to: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let length = match first {
            ESCAPE => {
                let length = sequence(rest);
                if colours == Colours::Keep && is_colour(&rest[..length]) {
                    to.extend_from_slice(&rest[..length]);
                }
                length
            }
            b' '..=b'~' | b'\n' | b'\t' => {
                let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
                let length = rest.iter().take_while(|byte| is_plain(byte)).count();
                to.extend_from_slice(&rest[..length]);
                length
            }
            b'\r' if rest.get(1) == Some(&b'\n') => {
                to.extend_from_slice(b"\r\n");
                2
            }
            0x00..0x20 | 0x7f => {
                let picture = char::from_u32(PICTURES + u32::from(first)).filter(|_| first != 0x7f);
                let mut bytes = [0; 4];
                let picture = picture.unwrap_or(DELETE).encode_utf8(&mut bytes);
                to.extend_from_slice(picture.as_bytes());
                1
            }
            0x80.. => {
                let length = letter(rest).unwrap_or(1);
                let is_control = match &rest[..length] {
                    [byte] => *byte < 0xa0,
                    [0xc2, second] => *second < 0xa0,
                    _ => false,
                };
                to.extend_from_slice(if is_control { UNKNOWN } else { &rest[..length] });
                length
            }
        };
        rest = &rest[length..];
    }
}

/// Removes colours and controls from a text, and keeps its lines.
pub fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    sift(text.as_bytes(), Colours::Strip, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Escapes the control characters that JSON allows unescaped (DEL and C1). The meaning does not change.
pub fn escape_json(json: &mut Vec<u8>) {
    let is_wanted = |pair: &[u8]| matches!(pair, [0xc2, 0x80..=0x9f]);
    if !json.contains(&0x7f) && !json.windows(2).any(is_wanted) {
        return;
    }
    let text = String::from_utf8_lossy(json);
    let escaped = text.chars().fold(String::with_capacity(text.len()), |mut escaped, letter| {
        match letter {
            '\u{7f}'..='\u{9f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => escaped.push(letter),
        }
        escaped
    });
    *json = escaped.into_bytes();
}

/// Sifts everything that is written, one write at a time. probe never splits one of its own sequences over two writes.
#[derive(Debug)]
pub struct Sifter<W> {
    inner: W,
    colours: Colours,
    /// The start of a character that the last write ended in.
    held: Vec<u8>,
}

impl<W: Write> Sifter<W> {
    /// Writes the sifted text to `inner`.
    pub fn new(inner: W, colours: Colours) -> Self {
        Self { inner, colours, held: Vec::new() }
    }
}

impl<W: Write> Write for Sifter<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut whole = std::mem::take(&mut self.held);
        whole.extend_from_slice(text);
        if let Err(error) = std::str::from_utf8(&whole)
            && error.error_len().is_none()
        {
            self.held = whole.split_off(error.valid_up_to());
        }
        let mut sifted = Vec::with_capacity(whole.len());
        sift(&whole, self.colours, &mut sifted);
        self.inner.write_all(&sifted)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The length of the escape sequence at the start of `text`, or of its part on this line.
fn sequence(text: &[u8]) -> usize {
    let from = |start: usize, is_in: fn(&u8) -> bool, is_last: fn(&u8) -> bool| {
        let end = start + text[start..].iter().take_while(|byte| is_in(byte)).count();
        if text.get(end).is_some_and(is_last) { end + 1 } else { end }
    };
    match text.get(1) {
        Some(b'[') => {
            from(2, |byte| matches!(byte, 0x20..=0x3f), |byte| matches!(byte, 0x40..=0x7e))
        }
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string(text),
        Some(0x20..=0x2f) => {
            from(2, |byte| matches!(byte, 0x20..=0x2f), |byte| matches!(byte, 0x30..=0x7e))
        }
        Some(0x30..=0x7e) => 2,
        _ => 1,
    }
}

/// The length of a sequence that contains a string: up to a bell or ESC \, the end of the line, or another sequence.
fn string(text: &[u8]) -> usize {
    for at in 2..text.len() {
        match text[at..] {
            [BELL, ..] => return at + 1,
            [ESCAPE, b'\\', ..] | [0xc2, 0x9c, ..] => return at + 2,
            [ESCAPE | b'\n', ..] => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether a sequence sets colours, such as `ESC [ 1 ; 38 : 5 m`.
fn is_colour(sequence: &[u8]) -> bool {
    let parameters = sequence.strip_prefix(b"\x1b[").and_then(|rest| rest.strip_suffix(b"m"));
    parameters.is_some_and(|parameters| {
        parameters.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
    })
}

/// The length of the character at the start of `text`; `None` if it is not UTF-8.
fn letter(text: &[u8]) -> Option<usize> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(letters) => letters,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).expect("it is valid"),
    };
    valid.chars().next().map(char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], stripped: &str, kept: &str) {
        for (colours, expected) in [(Colours::Strip, stripped), (Colours::Keep, kept)] {
            let mut sifted = Vec::new();
            sift(text, colours, &mut sifted);
            assert_eq!(sifted.escape_ascii().to_string(), expected, "{}", text.escape_ascii());
        }
    }

    fn both(text: &[u8], expected: &str) {
        check(text, expected, expected);
    }

    #[test]
    fn colours_pass_where_there_are_any() {
        check(b"\x1b[31mred\x1b[0m", "red", r"\x1b[31mred\x1b[0m");
        check(b"\x1b[1;38:5:9mx\x1b[m", "x", r"\x1b[1;38:5:9mx\x1b[m");
    }

    #[test]
    fn nothing_else_that_a_terminal_obeys_does() {
        both(b"a\x1b[2Jb\x1b[Hc\x1b[?1049hd\x1b[>4;2me\x1b[6nf\x1b[1 qg", "abcdefg");
        both(b"a\x1b]52;c;ZXZpbA==\x07b\x1b]0;title\x1b\\c\x1b]8;;http://a\x1b\\d", "abcd");
        both(b"a\x1bPq#0\x1b\\b\x1b_x\x1b\\c\x1b^y\x1b\\d\x1bXz\x1b\\e", "abcde");
        both(b"a\x1bcb\x1b(0c\x1b7d\x1b#8e", "abcde");
        // The end is missing, and another one begins.
        both(b"a\x1b]0;title\nb\x1b[31\nc\x1b", r"a\nb\nc");
        both(b"a\x1b]0;ti\x1b[2Jb", "ab");
        both(b"\x1b\xc3\xa9", r"\xc3\xa9");
    }

    #[test]
    fn other_controls_become_visible() {
        both(b"a\rb\r\nc\td\n", r"a\xe2\x90\x8db\r\nc\td\n");
        both(
            b"\x00\x07\x08\x0e\x7f",
            r"\xe2\x90\x80\xe2\x90\x87\xe2\x90\x88\xe2\x90\x8e\xe2\x90\xa1",
        );
        both("\u{9b}2J\u{85}\u{a0}".as_bytes(), r"\xef\xbf\xbd2J\xef\xbf\xbd\xc2\xa0");
    }

    #[test]
    fn letters_of_every_encoding_pass() {
        both("é…😀\u{db}".as_bytes(), r"\xc3\xa9\xe2\x80\xa6\xf0\x9f\x98\x80\xc3\x9b");
        both(b"caf\xe9 \xff\xa0", r"caf\xe9 \xff\xa0");
        // Some terminals take it for CSI.
        both(b"\x9b2J \xf0\x9f", r"\xef\xbf\xbd2J \xf0\xef\xbf\xbd");
    }

    #[test]
    fn what_is_written_in_pieces_is_sifted_as_a_whole() {
        let text = "a😀\u{9b}é".as_bytes();
        for cut in 0..text.len() {
            let mut out = Sifter::new(Vec::new(), Colours::Strip);
            out.write_all(&text[..cut]).and_then(|()| out.write_all(&text[cut..])).expect("write");
            assert_eq!(String::from_utf8_lossy(&out.inner), "a😀\u{fffd}é");
        }
    }

    #[test]
    fn json_says_the_same_without_controls() {
        let mut json = "[\"a\u{7f}\u{9b}é\"]".as_bytes().to_vec();
        escape_json(&mut json);
        assert_eq!(String::from_utf8_lossy(&json), r#"["a\u007f\u009bé"]"#);
        assert_eq!(
            serde_json::from_slice::<[String; 1]>(&json).expect("JSON")[0],
            "a\u{7f}\u{9b}é"
        );
    }
}
