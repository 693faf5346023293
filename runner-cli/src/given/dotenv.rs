//! Files with variables, as `.env` files are written: `NAME=value` on a line.
//!
//! `export` before a name, blank lines and lines that begin with `#` are passed over. A value in `'…'` or `` `…` `` is
//! what it says; in `"…"`, `\n`, `\r`, `\t`, `\\`, `\"` and `\$` are escapes; all three may go over several lines. Any
//! other value ends with its line, or at a space with a `#` after it. `${…}` is literal, as everywhere in a manifest.
//!
//! Own code: the crates that read such files put the variables of the process into them, which a reader of given texts
//! has not. Knows no file and no environment.

use std::fmt;
use std::ops::Range;

/// What a file says, in its order; of a name that stands there twice, the last value counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) variables: Vec<(String, String)>,
    /// In the order of the text.
    pub(crate) mistakes: Vec<Mistake>,
}

/// Something that is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) kind: MistakeKind,
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MistakeKind {
    NoEquals,
    Name,
    /// Only probe says what these are.
    Reserved,
    Unclosed,
    AfterQuote,
    Nul,
}

/// Reads all of `text`.
pub(crate) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let line = &text[at..line_end(text, at)];
        let next = match line.trim_start() {
            "" => line_end(text, at),
            rest if rest.starts_with('#') => line_end(text, at),
            _ => variable(text, at, &mut reading),
        };
        at = (next + 1).min(text.len());
        debug_assert!(text.is_char_boundary(at), "a line ends at a line feed");
    }
    reading
}

/// Reads the line that begins at `start`, and more if a quoted value goes on; returns where the last line ends.
fn variable(text: &str, start: usize, reading: &mut Reading) -> usize {
    let end = line_end(text, start);
    let mut mistake = |kind, span| reading.mistakes.push(Mistake { kind, span });
    let Some(equals) = text[start..end].find('=').map(|offset| start + offset) else {
        mistake(MistakeKind::NoEquals, trimmed(text, start..end));
        return end;
    };
    let mut name = trimmed(text, start..equals);
    if let Some(rest) = text[name.clone()].strip_prefix("export")
        && rest.starts_with([' ', '\t'])
    {
        name = trimmed(text, name.end - rest.len()..name.end);
    }
    let (value, span, end) = match value(text, equals + 1) {
        Ok(value) => value,
        Err((broken, end)) => {
            reading.mistakes.push(broken);
            return end;
        }
    };
    let spelling = &text[name.clone()];
    if !is_name(spelling) {
        mistake(MistakeKind::Name, if name.is_empty() { equals..equals + 1 } else { name });
    } else if spelling.starts_with("PROBE_") {
        mistake(MistakeKind::Reserved, name);
    } else if value.contains('\0') {
        mistake(MistakeKind::Nul, span);
    } else {
        reading.variables.push((spelling.to_owned(), value));
    }
    end
}

/// The value that begins after an `=` at `start`, where it stands, and where its last line ends.
fn value(text: &str, start: usize) -> Result<(String, Range<usize>, usize), (Mistake, usize)> {
    let end = line_end(text, start);
    let span = trimmed(text, start..end);
    let Some(quote) = text[span.clone()].chars().next().filter(|c| ['"', '\'', '`'].contains(c))
    else {
        let raw = &text[start..end];
        let comment = raw.match_indices('#').find(|(at, _)| raw[..*at].ends_with([' ', '\t']));
        let span = trimmed(text, start..comment.map_or(end, |(at, _)| start + at));
        return Ok((text[span.clone()].to_owned(), span, end));
    };
    let Some((value, close)) = quoted(text, span.start + 1, quote) else {
        let mistake = Mistake { kind: MistakeKind::Unclosed, span: span.start..span.start + 1 };
        return Err((mistake, end));
    };
    let end = line_end(text, close);
    let rest = trimmed(text, close + 1..end);
    if rest.is_empty() || text[rest.clone()].starts_with('#') {
        Ok((value, span.start..close + 1, end))
    } else {
        Err((Mistake { kind: MistakeKind::AfterQuote, span: rest }, end))
    }
}

/// The value up to the closing quote, and where that stands; `None` if there is none.
fn quoted(text: &str, start: usize, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text[start..].char_indices();
    while let Some((offset, character)) = characters.next() {
        if character == quote {
            return Some((value, start + offset));
        }
        if character != '\\' || quote != '"' {
            value.push(character);
            continue;
        }
        match characters.next()?.1 {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            escaped @ ('\\' | '"' | '$') => value.push(escaped),
            other => value.extend(['\\', other]),
        }
    }
    None
}

/// Where the line that `at` lies in ends: at its line feed, or at the end of the text.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |offset| at + offset)
}

/// The span without the white space at its ends.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let start = span.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

impl fmt::Display for MistakeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEquals => "there is no `=`",
            Self::Name => "a name has letters, digits, `_`, `.` and `-`, and begins with no digit",
            Self::Reserved => "only probe sets variables that begin with `PROBE_`",
            Self::Unclosed => "this quote is not closed",
            Self::AfterQuote => "only a comment can follow a quoted value",
            Self::Nul => "a variable cannot hold a NUL character",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let reading = read(text);
        assert_eq!(reading.mistakes, [], "{text:?}");
        let variables: Vec<(&str, &str)> =
            reading.variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(variables, expected, "{text:?}");
    }

    #[test]
    fn a_line_is_a_name_and_a_value() {
        check("A=1\nB = two words \nC=\n", &[("A", "1"), ("B", "two words"), ("C", "")]);
        check("A=1\r\nB=2", &[("A", "1"), ("B", "2")]);
        check(
            "\u{feff}A=1\n\n  # a comment\n  export B=2\nexported=3",
            &[("A", "1"), ("B", "2"), ("exported", "3")],
        );
        check(
            "URL=https://a/?b=c#d # the rest\nE= # nothing",
            &[("URL", "https://a/?b=c#d"), ("E", "")],
        );
        check("A=1\nA=2", &[("A", "1"), ("A", "2")]);
        check("A=${HOME} $B", &[("A", "${HOME} $B")]);
        check("", &[]);
    }

    #[test]
    fn quotes_keep_what_is_between_them() {
        check(r#"A="a # b" # c"#, &[("A", "a # b")]);
        check(r#"A='\n "x"'"#, &[("A", "\\n \"x\"")]);
        check("A=`it's`", &[("A", "it's")]);
        check(r#"A="\n\t\"\\\$\d""#, &[("A", "\n\t\"\\$\\d")]);
        check(
            "KEY=\"-----BEGIN\nabc\n-----END\"\nB=2",
            &[("KEY", "-----BEGIN\nabc\n-----END"), ("B", "2")],
        );
        check("A=it's", &[("A", "it's")]);
    }

    #[test]
    fn every_mistake_has_its_place_and_hides_no_other() {
        let text = "A\n1B=1\n=2\nPROBE_STORE=/x\nC=\"a\" b\nD=\0\nGOOD=1\nE='open\nF=1\n";
        let reading = read(text);
        let told: Vec<(MistakeKind, &str)> =
            reading.mistakes.iter().map(|m| (m.kind, &text[m.span.clone()])).collect();
        assert_eq!(
            told,
            [
                (MistakeKind::NoEquals, "A"),
                (MistakeKind::Name, "1B"),
                (MistakeKind::Name, "="),
                (MistakeKind::Reserved, "PROBE_STORE"),
                (MistakeKind::AfterQuote, "b"),
                (MistakeKind::Nul, "\0"),
                (MistakeKind::Unclosed, "'"),
            ]
        );
        let names: Vec<&str> = reading.variables.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["GOOD", "F"]);
    }
}
