//! Text for the end of a run: a little of it in memory, the rest in an unnamed file.

use std::io::{self, Read, Seek, Write};

use tempfile::SpooledTempFile;

/// The most bytes in memory. The failures of most runs fit.
const IN_MEMORY: usize = 1024 * 1024;

/// Deferred text, in its order.
#[derive(Debug)]
pub(super) struct Deferred {
    text: SpooledTempFile,
}

impl Deferred {
    pub(super) fn new() -> Self {
        Self { text: tempfile::spooled_tempfile(IN_MEMORY) }
    }

    /// Defers `text`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room for all of `text`. Then a part of it may be deferred, and the caller shows it.
    pub(super) fn push(&mut self, text: &[u8]) -> io::Result<()> {
        self.text.write_all(text)
    }

    /// Passes all text on in pieces, and forgets it.
    pub(super) fn take(
        &mut self,
        mut piece: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.text.rewind()?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match self.text.read(&mut buffer)? {
                0 => break,
                read => piece(&buffer[..read])?,
            }
        }
        *self = Self::new();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_off_comes_back_in_order_however_much_it_is() {
        for (lines, length) in [(0, 0), (3, 10), (3, IN_MEMORY)] {
            let mut deferred = Deferred::new();
            let mut expected = Vec::new();
            for line in 0..lines {
                let text = vec![b'a' + line; length];
                deferred.push(&text).expect("there is room");
                expected.extend(text);
            }
            let mut found = Vec::new();
            deferred.take(|piece| found.write_all(piece)).expect("it is there");
            assert!(found == expected, "{lines} of {length} bytes");
            deferred.take(|_| panic!("nothing is left")).expect("it is empty");
        }
    }
}
