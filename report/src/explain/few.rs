//! So much of many lines as a screen has room for.

/// Lines of a verdict, of what a test printed, and of help that are shown.
pub(super) const SHOWN: usize = 8;

/// The first of many lines, and how many more there are.
pub(super) fn few(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN + 1;
        lines.truncate(SHOWN - 1);
        lines.push(format!("… and {more} more lines"));
    }
    lines
}
