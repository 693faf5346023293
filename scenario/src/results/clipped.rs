//! A text of any length in bounded memory: its beginning and its end. Knows nothing of the content.

/// Bytes that are kept of the beginning, and of the end, which mostly says more.
const HEAD: usize = 4 << 10;
const TAIL: usize = 12 << 10;

/// The text.
#[derive(Debug, Default)]
pub(super) struct Clipped {
    head: String,
    tail: String,
    is_cut: bool,
}

impl Clipped {
    /// Adds to it.
    pub(super) fn push(&mut self, text: &str) {
        let (first, rest) = text.split_at(floor(text, HEAD.saturating_sub(self.head.len())));
        if self.tail.is_empty() && !self.is_cut {
            self.head.push_str(first);
            self.tail.push_str(&rest[ceiling(rest, rest.len().saturating_sub(2 * TAIL))..]);
            self.is_cut |= rest.len() > 2 * TAIL;
        } else {
            let from = ceiling(text, text.len().saturating_sub(2 * TAIL));
            self.is_cut |= from > 0;
            self.tail.push_str(&text[from..]);
        }
        if self.tail.len() > 2 * TAIL {
            let from = ceiling(&self.tail, self.tail.len() - TAIL);
            self.tail.drain(..from);
            self.is_cut = true;
        }
    }

    /// All of it, or both ends, each a line or more.
    pub(super) fn text(&self) -> String {
        if !self.is_cut && self.tail.len() <= TAIL {
            return format!("{}{}", self.head, self.tail);
        }
        let from = ceiling(&self.tail, self.tail.len().saturating_sub(TAIL));
        format!("{}\n…\n{}", self.head, &self.tail[from..])
    }
}

/// The nearest boundary of a character at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The nearest boundary of a character at or after `at`.
fn ceiling(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_long_text_are_kept_and_all_of_a_short_one() {
        let mut short = Clipped::default();
        ["ä", "", "b\n"].iter().for_each(|part| short.push(part));
        assert_eq!(short.text(), "äb\n");
        for piece in [1, 7, 5_000, 100_000] {
            let long = format!("begin{}end", "ß".repeat(50_000));
            let mut clipped = Clipped::default();
            let mut rest = long.as_str();
            while !rest.is_empty() {
                let (part, more) = rest.split_at(ceiling(rest, piece));
                clipped.push(part);
                rest = more;
            }
            let text = clipped.text();
            assert!(text.starts_with("begin") && text.ends_with("end"), "{piece}");
            assert!(text.len() < HEAD + TAIL + 16, "{piece}: {}", text.len());
        }
    }
}
