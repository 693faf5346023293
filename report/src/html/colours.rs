//! The output of tests as text with styles. Keeps colours and the like, and drops every other escape sequence.
//!
//! `anstyle-parse` finds the sequences. This module interprets those that set a style (SGR). `WinconBytes` of `anstream`
//! reads them too, but cannot reset bold or italics alone (22 to 29), as most test runners do. Knows no page: a style is
//! numbers and letters, never markup.

use anstyle_parse::{Params, Parser, Perform, Utf8Parser};
use serde_json::{Value, json};

/// Begins every escape sequence.
const ESCAPE: char = '\u{1b}';

/// The text as JSON: a string if it has no styles, else a list of strings and of `[text, effects, colour, background]`. A
/// colour is 0 to 15 of the page's palette, or `#rrggbb`, or `null`.
pub(super) fn coloured(text: &str) -> Value {
    if !text.contains(ESCAPE) {
        return anstream::adapter::strip_str(text).to_string().into();
    }
    let mut reader = Reader::default();
    let mut parser = Parser::<Utf8Parser>::new();
    text.bytes().for_each(|byte| parser.advance(&mut reader, byte));
    reader.end_piece();
    match reader.pieces.as_slice() {
        [] => "".into(),
        [text @ Value::String(_)] => text.clone(),
        _ => reader.pieces.into(),
    }
}

#[derive(Debug, Default)]
struct Reader {
    style: Style,
    /// Text of this style that is in no piece yet.
    text: String,
    pieces: Vec<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Style {
    /// By the place of their letter in [`EFFECTS`].
    effects: [bool; EFFECTS.len()],
    colour: Option<Colour>,
    background: Option<Colour>,
}

/// Bold, dim, italic, underlined, reversed, hidden, struck out.
const EFFECTS: [char; 7] = ['b', 'd', 'i', 'u', 'r', 'h', 's'];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    Palette(u8),
    Rgb(u8, u8, u8),
}

impl Colour {
    /// One of the 256 of xterm: a palette, a cube of six shades each, and greys.
    fn of_256(number: u8) -> Self {
        let shade = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        match number {
            0..=15 => Self::Palette(number),
            16..=231 => {
                let cube = number - 16;
                Self::Rgb(shade(cube / 36), shade(cube / 6 % 6), shade(cube % 6))
            }
            232..=255 => {
                let grey = 8 + 10 * (number - 232);
                Self::Rgb(grey, grey, grey)
            }
        }
    }

    fn json(self) -> Value {
        match self {
            Self::Palette(number) => number.into(),
            Self::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}").into(),
        }
    }
}

impl Style {
    fn set(&mut self, letter: char, on: bool) {
        let place = EFFECTS.iter().position(|&effect| effect == letter);
        self.effects[place.expect("it is one of them")] = on;
    }

    /// Takes a whole sequence, in which a colour may be written as `38;5;9` or as `38:5:9`.
    fn take(&mut self, parameters: &Params) {
        let mut parameters = parameters.iter();
        while let Some(parameter) = parameters.next() {
            let colour = |number: u16| Some(Colour::Palette(u8::try_from(number).unwrap_or(7)));
            match parameter {
                [0] | [] => *self = Self::default(),
                [1] => self.set('b', true),
                [2] => self.set('d', true),
                [3] => self.set('i', true),
                [4, 0] => self.set('u', false),
                [4, ..] | [21] => self.set('u', true),
                [7] => self.set('r', true),
                [8] => self.set('h', true),
                [9] => self.set('s', true),
                [22] => ['b', 'd'].into_iter().for_each(|letter| self.set(letter, false)),
                [23] => self.set('i', false),
                [24] => self.set('u', false),
                [27] => self.set('r', false),
                [28] => self.set('h', false),
                [29] => self.set('s', false),
                [number @ 30..=37] => self.colour = colour(number - 30),
                [number @ 90..=97] => self.colour = colour(number - 82),
                [number @ 40..=47] => self.background = colour(number - 40),
                [number @ 100..=107] => self.background = colour(number - 92),
                [39] => self.colour = None,
                [49] => self.background = None,
                [what @ (38 | 48 | 58), inner @ ..] => {
                    let colour = match inner {
                        [] => separate(&mut parameters),
                        _ => together(inner),
                    };
                    match (what, colour) {
                        (38, Some(colour)) => self.colour = Some(colour),
                        (48, Some(colour)) => self.background = Some(colour),
                        // The colour of an underline is not shown.
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
}

/// The colour after `38;`.
fn separate<'p>(parameters: &mut impl Iterator<Item = &'p [u16]>) -> Option<Colour> {
    let mut next = || parameters.next()?.first().copied();
    match next()? {
        5 => together(&[5, next()?]),
        2 => together(&[2, next()?, next()?, next()?]),
        _ => None,
    }
}

/// The colour after `38:`. A colour space may come before the three numbers.
fn together(parameters: &[u16]) -> Option<Colour> {
    let byte = |number: u16| u8::try_from(number).ok();
    match *parameters {
        [5, number] => Some(Colour::of_256(byte(number)?)),
        [2, r, g, b] | [2, _, r, g, b, ..] => Some(Colour::Rgb(byte(r)?, byte(g)?, byte(b)?)),
        _ => None,
    }
}

impl Reader {
    fn end_piece(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        self.pieces.push(if self.style == Style::default() {
            text.into()
        } else {
            let effects = EFFECTS.iter().zip(self.style.effects);
            let effects: String = effects.filter(|(_, on)| *on).map(|(letter, _)| letter).collect();
            let json = |colour: Option<Colour>| colour.map_or(Value::Null, Colour::json);
            json!([text, effects, json(self.style.colour), json(self.style.background)])
        });
    }
}

impl Perform for Reader {
    fn print(&mut self, character: char) {
        self.text.push(character);
    }

    fn execute(&mut self, byte: u8) {
        if byte.is_ascii_whitespace() {
            self.text.push(char::from(byte));
        }
    }

    fn csi_dispatch(&mut self, parameters: &Params, private: &[u8], ignore: bool, action: u8) {
        if action != b'm' || ignore || !private.is_empty() {
            return;
        }
        let mut style = self.style.clone();
        style.take(parameters);
        if style != self.style {
            self.end_piece();
            self.style = style;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_kept_and_other_sequences_left_out() {
        for (text, expected) in [
            ("plain", json!("plain")),
            ("", json!("")),
            ("\u{1b}[31mred\u{1b}[0m", json!([["red", "", 1, null]])),
            ("a\u{1b}[1;38;5;9;4mb\u{1b}[mc", json!(["a", ["b", "bu", 9, null], "c"])),
            // As chalk closes what it opens.
            (
                "\u{1b}[1mb\u{1b}[3mi\u{1b}[22mj\u{1b}[23mk",
                json!([
                    ["b", "b", null, null],
                    ["i", "bi", null, null],
                    ["j", "i", null, null],
                    "k"
                ]),
            ),
            ("\u{1b}[97;104mx\u{1b}[39;49my", json!([["x", "", 15, 12], "y"])),
            ("\u{1b}[48;2;1;20;255mx", json!([["x", "", null, "#0114ff"]])),
            ("\u{1b}[38:2::1:2:3mx", json!([["x", "", "#010203", null]])),
            (
                "\u{1b}[38;5;196mx\u{1b}[38;5;244my",
                json!([["x", "", "#ff0000", null], ["y", "", "#808080", null]]),
            ),
            (
                "\u{1b}[4:3mx\u{1b}[24;7;8;9my",
                json!([["x", "u", null, null], ["y", "rhs", null, null]]),
            ),
            // No colours: wrong ones, and those of a private sequence.
            ("\u{1b}[38;5;256mx\u{1b}[38;9mx\u{1b}[?31mx\u{1b}[99999mx", json!("xxxx")),
            // A cursor, a title, a link, a reset of the terminal, a bell.
            (
                "\u{1b}[2Ka\u{1b}]0;title\u{7}b\u{1b}]8;;http://a\u{1b}\\c\u{1b}]8;;\u{1b}\\\u{1b}cd\u{7}\n",
                json!("abcd\n"),
            ),
            ("\u{1b}[31m</script><b>&", json!([["</script><b>&", "", 1, null]])),
        ] {
            assert_eq!(coloured(text), expected, "{text:?}");
        }
    }
}
