//! Escapes text for XML.

use std::fmt::{self, Display};

/// Writes text with all markup escaped. Characters that XML cannot contain are shown as unknown.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '\n' => f.write_char(character),
            '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER),
            _ if character.is_control() => f.write_char(char::REPLACEMENT_CHARACTER),
            _ => f.write_char(character),
        })
    }
}
