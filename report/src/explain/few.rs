//! Shortens a list of lines to what fits on a screen.

/// The most lines shown of a verdict, of a test's output, and of help.
pub(super) const SHOWN: usize = 8;

/// The first lines, and how many more there are.
pub(super) fn few(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN + 1;
        lines.truncate(SHOWN - 1);
        lines.push(format!("… and {more} more lines"));
    }
    lines
}
