//! Searches a stream of any length while it passes. Keeps only a few lines for each of some words. Does not know what the words
//! mean.

use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

/// The number of bytes to keep before and after a hit in a longer line.
const WIDTH: usize = 512;
/// The number of lines to keep for each word.
const LINES: usize = 4;
/// The number of lines to look at for each word: a stream may repeat one a million times.
const LOOKS: usize = 64;

/// The words to search for in a stream.
pub struct Sieve {
    words: AhoCorasick,
    /// Whether a word counts, judged by the text after it.
    is_telling: fn(usize, &[u8]) -> bool,
}

/// Returns the sieve, and builds it at first use. It is only used for streams that are too long for memory, because building it
/// costs more than a short run.
pub type Sought = fn() -> &'static Sieve;

/// What was found so far in one stream.
#[derive(Debug)]
pub(super) struct Sifted {
    sieve: &'static Sieve,
    /// The last bytes of the stream. A word or its line may continue in the next ones.
    rest: Vec<u8>,
    /// The part of `rest` that was already searched. It is kept only to be shown with what follows.
    searched: usize,
    lines: Vec<String>,
    /// For each word, the number of lines looked at and the number of lines kept.
    counts: Vec<(usize, usize)>,
}

impl Sieve {
    /// Searches for `words`, in upper or lower case. A hit counts if `is_telling` is true for the word's index and the text
    /// after it.
    pub fn new(words: &[&str], is_telling: fn(usize, &[u8]) -> bool) -> Self {
        // A table of all states takes a megabyte and needs one access for each byte. Smaller forms are several times slower.
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .expect("a few words make a small table");
        Self { words, is_telling }
    }

    /// The positions and indices of all words in a line, also of words within words.
    pub fn hits(&self, line: &str) -> impl Iterator<Item = (usize, usize)> {
        self.words.find_overlapping_iter(line).map(|hit| (hit.pattern().as_usize(), hit.start()))
    }
}

impl Sifted {
    /// Starts before the first byte of a stream.
    pub(super) fn new(sieve: &'static Sieve) -> Self {
        let counts = vec![(0, 0); sieve.words.patterns_len()];
        Self { sieve, rest: Vec::new(), searched: 0, lines: Vec::new(), counts }
    }

    /// The lines that were kept, in the order of the stream. Of a long line, the part around the hit.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The last bytes of the stream: the start of a line that may continue.
    pub(super) fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Searches the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut text = std::mem::take(&mut self.rest);
        text.extend_from_slice(bytes);
        // A hit in the last line waits for the rest of its line, or in a long line for as much as is shown.
        let line = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let later = line.max(text.len().saturating_sub(WIDTH));
        let mut at = self.searched;
        while let Some(hit) = self.sieve.words.find(Input::new(&text).range(at..))
            && hit.start() < later
        {
            at = match self.take(hit.pattern().as_usize(), &text, hit.range()) {
                Some(end) => end.max(hit.end()),
                None => hit.end(),
            };
        }
        // A hit that was passed over with its line must not be found again.
        let begin = line.max(later.saturating_sub(WIDTH));
        self.searched = later.max(at.min(text.len())) - begin;
        text.drain(..begin);
        self.rest = text;
    }

    /// Keeps the line of a hit if it counts, and returns the end of the line.
    fn take(&mut self, word: usize, text: &[u8], hit: Range<usize>) -> Option<usize> {
        let (looks, kept) = self.counts[word];
        if looks == LOOKS || kept == LINES || !(self.sieve.is_telling)(word, &text[hit.end..]) {
            return None;
        }
        let (from, to) = around(text, hit.start);
        let line = String::from_utf8_lossy(&text[from..to]);
        let is_new = self.lines.iter().all(|known| *known != line);
        self.counts[word] = (looks + 1, kept + usize::from(is_new));
        if is_new {
            self.lines.push(line.into_owned());
        }
        Some(to)
    }
}

/// The line around `hit`, or the part of a long line next to it.
fn around(text: &[u8], hit: usize) -> (usize, usize) {
    let before = &text[hit.saturating_sub(WIDTH)..hit];
    let from = hit - before.iter().rev().take_while(|byte| **byte != b'\n').count();
    let after = &text[hit..text.len().min(hit + WIDTH)];
    (from, hit + after.iter().take_while(|byte| **byte != b'\n').count())
}

impl fmt::Debug for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sieve").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static SIEVE: LazyLock<Sieve> = LazyLock::new(|| {
        Sieve::new(&["file too short", "bus error"], |_, behind| !behind.starts_with(b", not this"))
    });

    fn check(text: &str, expected: &[&str]) {
        for piece in [1, 7, 100, 4096, text.len().max(1)] {
            let mut sifted = Sifted::new(&SIEVE);
            text.as_bytes().chunks(piece).for_each(|bytes| sifted.push(bytes));
            sifted.push(b"\n");
            assert_eq!(sifted.lines(), expected, "in pieces of {piece}");
            assert!(sifted.rest.len() <= 2 * WIDTH + 1, "{}", sifted.rest.len());
        }
    }

    #[test]
    fn a_line_is_found_wherever_the_pieces_end() {
        let noise = "nothing to see here\n".repeat(500);
        check(&noise, &[]);
        check(&format!("{noise}a: /l.so: file too short\n{noise}"), &["a: /l.so: file too short"]);
        check(&format!("{noise}Bus Error: '/l.so'"), &["Bus Error: '/l.so'"]);
        check("file too short, not this\nfile too short\nfile too short\n", &["file too short"]);
    }

    #[test]
    fn of_a_line_without_an_end_the_part_around_the_hit_is_kept() {
        let noise = "x ".repeat(5000);
        let text = format!("{noise}/l.so: file too short{noise}");
        for piece in [1, 7, 100, 4096, text.len()] {
            let mut sifted = Sifted::new(&SIEVE);
            text.as_bytes().chunks(piece).for_each(|bytes| sifted.push(bytes));
            let [line] = sifted.lines() else { panic!("{:?}", sifted.lines()) };
            assert!(line.contains("x /l.so: file too shortx x"), "{line}");
            assert!(line.len() <= 2 * WIDTH, "{}", line.len());
        }
    }

    #[test]
    fn many_lines_with_one_word_hide_none_with_another() {
        let many: String = (0..1000).map(|number| format!("{number}: bus error\n")).collect();
        let first: Vec<String> = (0..LINES).map(|number| format!("{number}: bus error")).collect();
        let mut expected: Vec<&str> = first.iter().map(String::as_str).collect();
        expected.push("/l.so: file too short");
        check(&format!("{many}/l.so: file too short\n"), &expected);
    }
}
