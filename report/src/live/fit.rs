//! Fits text into a number of columns. The result cannot move the cursor.

use anstream::adapter::strip_str;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Replaces the parts that are left out.
const ELLIPSIS: char = '…';

/// `text` on one line. Characters that would move the cursor or change colours become visible.
pub(super) fn printable(text: &str) -> String {
    let visible = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    text.chars().map(visible).collect()
}

/// The columns that a printable text takes, whatever its colours.
pub(super) fn width(text: &str) -> usize {
    strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// The first of these that fits into `columns`, else the beginning of the last one, which has no colours.
pub(super) fn first_that_fits(columns: usize, texts: impl IntoIterator<Item = String>) -> String {
    let mut last = String::new();
    for text in texts {
        if width(&text) <= columns {
            return text;
        }
        last = text;
    }
    beginning(&last, columns)
}

/// As much of a text as fits into `columns`.
pub(super) fn beginning(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut shown: String = taken(text.chars(), columns.saturating_sub(1)).into_iter().collect();
    if columns > 0 {
        shown.push(ELLIPSIS);
    }
    shown
}

/// As much of a name as fits into `columns`, without its middle: the suite stands at its beginning, the file at its end.
pub(super) fn ends(name: &str, columns: usize) -> String {
    if width(name) <= columns {
        return name.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let head: String = taken(name.chars(), room / 3).into_iter().collect();
    let tail: String = taken(name.chars().rev(), room - width(&head)).into_iter().rev().collect();
    format!("{head}{ELLIPSIS}{tail}")
}

/// As many letters as fit into `columns`.
fn taken(letters: impl Iterator<Item = char>, columns: usize) -> Vec<char> {
    let mut left = columns;
    letters
        .take_while(|letter| {
            let width = letter.width().unwrap_or(0);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ends() {
        for (columns, expected) in [
            (40, "api tests/users/create.test.ts"),
            (30, "api tests/users/create.test.ts"),
            (20, "api te…reate.test.ts"),
            (5, "a….ts"),
            (1, "…"),
            (0, ""),
        ] {
            assert_eq!(ends("api tests/users/create.test.ts", columns), expected);
        }
        // Letters of two columns.
        assert_eq!(ends("テスト/データベース", 11), "テ…タベース");
        assert_eq!(width(&ends("テスト/データベース", 10)), 9);
    }

    #[test]
    fn the_longest_text_that_fits_is_shown() {
        let texts = || ["12.3 of 48.0 MiB, 9 s left", "26 %, 9 s left", "26 %"].map(str::to_owned);
        for (columns, expected) in [
            (30, "12.3 of 48.0 MiB, 9 s left"),
            (20, "26 %, 9 s left"),
            (4, "26 %"),
            (3, "26…"),
            (0, ""),
        ] {
            assert_eq!(first_that_fits(columns, texts()), expected);
        }
    }

    #[test]
    fn nothing_in_a_text_moves_the_cursor() {
        assert_eq!(printable("a\x1b[2Jb\r\nc\u{9b}K"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}K");
    }
}
