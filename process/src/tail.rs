//! The last lines that a process printed, readable while it runs. Does not know whose they are.

use parking_lot::Mutex;

use crate::ear::Ear;
use crate::sift::plain;

/// The number of bytes that are kept.
const KEPT: usize = 16 << 10;

/// The end of a process's output. Standard output and standard error count as one. The thread that reads the process and those
/// that show the lines share it.
#[derive(Debug, Default)]
pub struct Tail(Mutex<Vec<u8>>);

impl Tail {
    /// The last lines that are not blank, at most `most`, as plain text.
    pub fn lines(&self, most: usize) -> Vec<String> {
        let bytes = self.0.lock();
        let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(KEPT)..]).into_owned();
        drop(bytes);
        let lines = text.lines().rev().map(|line| plain(line).trim_end().to_owned());
        let mut lines: Vec<String> = lines.filter(|line| !line.is_empty()).take(most).collect();
        lines.reverse();
        lines
    }
}

impl Ear for Tail {
    fn hear(&self, bytes: &[u8]) {
        let mut kept = self.0.lock();
        kept.extend_from_slice(bytes);
        // It may get twice as long, so that it does not move at every line.
        if kept.len() > 2 * KEPT {
            let old = kept.len() - KEPT;
            kept.drain(..old);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_however_much_is_said() {
        let tail = Tail::default();
        assert!(tail.lines(3).is_empty());
        tail.hear(b"one\n\n\x1b[31mtwo\x1b[0m\nthr");
        assert_eq!(tail.lines(2), ["two", "thr"]);
        for number in 0..100_000 {
            tail.hear(format!("line {number}\n").as_bytes());
        }
        assert_eq!(tail.lines(2), ["line 99998", "line 99999"]);
        assert!(tail.0.lock().len() <= 2 * KEPT + 20);
    }
}
