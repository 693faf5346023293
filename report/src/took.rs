//! The column of times in status lines. Knows no line.

use std::time::Duration;

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr;

/// Columns of a status line before its time, and of the time.
const BEFORE: usize = 13;
const WIDE: usize = 11;

/// `[   0.393s]`. Or `[0.4s]`, if the whole line, with `rest` after the time, fits into `columns` only then.
pub(crate) fn took(time: Duration, columns: Option<usize>, rest: &str) -> String {
    let seconds = time.as_secs_f64();
    let wide = format!("[{seconds:>8.3}s]");
    let narrow = format!("[{seconds:.1}s]");
    let rest: usize = BEFORE + strip_str(rest).map(UnicodeWidthStr::width).sum::<usize>();
    let is_narrow =
        columns.is_some_and(|columns| rest + WIDE > columns && rest + narrow.len() <= columns);
    if is_narrow { narrow } else { wide }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_narrow_only_where_that_helps() {
        let time = Duration::from_millis(393);
        let rest = " (1/1) slow.sh: ran into its timeout of 300ms";
        for (columns, expected) in [
            (None, "[   0.393s]"),
            (Some(80), "[   0.393s]"),
            (Some(69), "[   0.393s]"),
            (Some(68), "[0.4s]"),
            (Some(64), "[0.4s]"),
            (Some(63), "[   0.393s]"),
        ] {
            assert_eq!(took(time, columns, rest), expected, "{columns:?}");
        }
    }
}
