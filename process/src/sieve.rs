//! A search in a stream of any length as it goes by: a few lines with each of some words are kept, and nothing else. Does
//! not know what the words mean.

use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

/// Bytes that are kept before and after a hit, where its line is longer.
const WIDTH: usize = 512;
/// Lines that are kept for each word.
const LINES: usize = 4;
/// Lines that are looked at for each word: a stream may repeat one of them a million times.
const LOOKS: usize = 64;

/// What is sought in a stream.
pub struct Sieve {
    words: AhoCorasick,
    /// Whether a word is of interest, by what stands behind it.
    is_telling: fn(usize, &[u8]) -> bool,
}

/// Makes a sieve, or has it: only for a stream that is too long for memory, since it costs more than a short run.
pub type Sought = fn() -> &'static Sieve;

/// What has been found so far in one stream.
#[derive(Debug)]
pub(super) struct Sifted {
    sieve: &'static Sieve,
    /// The last bytes that have gone by: a word, or its line, may go on in those to come.
    rest: Vec<u8>,
    /// What of `rest` was searched before: it is there only to be shown with what follows.
    searched: usize,
    lines: Vec<String>,
    /// For each word: how many lines were looked at, and how many are kept.
    counts: Vec<(usize, usize)>,
}

impl Sieve {
    /// Looks for `words`, in either case, where what stands behind one of them `is_telling`.
    pub fn new(words: &[&str], is_telling: fn(usize, &[u8]) -> bool) -> Self {
        // A table of all states takes a megabyte, and a byte one look at it; anything smaller is several times slower.
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .expect("a few words make a small table");
        Self { words, is_telling }
    }

    /// Where each of the words is, and which one: of words within words, all.
    pub fn hits(&self, line: &str) -> impl Iterator<Item = (usize, usize)> {
        self.words.find_overlapping_iter(line).map(|hit| (hit.pattern().as_usize(), hit.start()))
    }
}

impl Sifted {
    /// Nothing has gone by yet.
    pub(super) fn new(sieve: &'static Sieve) -> Self {
        let counts = vec![(0, 0); sieve.words.patterns_len()];
        Self { sieve, rest: Vec::new(), searched: 0, lines: Vec::new(), counts }
    }

    /// The lines that were kept, in the order in which they went by; of long ones the part around the hit.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What has gone by last: the beginning of a line that may go on in what follows.
    pub(super) fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Searches the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut text = std::mem::take(&mut self.rest);
        text.extend_from_slice(bytes);
        // A hit in the last line waits for the rest of that line, and in a long one for as much as is shown of it.
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
        // What was passed over with its line is not to be found again.
        let begin = line.max(later.saturating_sub(WIDTH));
        self.searched = later.max(at.min(text.len())) - begin;
        text.drain(..begin);
        self.rest = text;
    }

    /// Keeps the line of a hit, if there is reason to, and returns its end.
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

/// The line around `hit`, or of a long one the part next to it.
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
