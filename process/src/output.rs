//! The output of a process on one stream: a head and a tail in memory, and all of a long stream on disk.
//!
//! Does not know whose output it is, nor where it comes from.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::sieve::{Sifted, Sought};
use super::system;

/// The number of bytes to show from the start of a long stream.
const HEAD: usize = 16 * 1024;
/// The number of bytes to show from its end: more than from the start, because the error is usually there.
const TAIL: usize = 48 * 1024;

/// A stream of any length in bounded memory.
#[derive(Debug, Default)]
pub struct Stream {
    /// The whole stream while it is not longer than head and tail together; after that, the head.
    head: Vec<u8>,
    /// The end of a long stream: up to twice the shown length, so that it does not move at every write.
    tail: Vec<u8>,
    /// The number of bytes printed.
    length: u64,
    whole: Whole,
    /// Whether the middle of a long stream is dropped instead of written to disk.
    forgets: bool,
    /// The maximum length; `None` for any length.
    most: Option<u64>,
    /// What to search for in a long stream.
    sought: Option<Sought>,
    /// What the search found between head and tail.
    middle: Option<Sifted>,
}

/// Where the whole stream is.
#[derive(Debug, Default)]
enum Whole {
    /// In memory, as the head.
    #[default]
    InMemory,
    /// In this unnamed file.
    OnDisk(File),
    /// Nowhere: writing the file failed.
    Lost(io::Error),
}

/// The shown parts of a stream. They have whole lines if the stream has lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// The whole stream if it is short; otherwise its start up to the end of a line.
    pub head: &'a [u8],
    /// The number of bytes left out between head and tail.
    pub omitted: u64,
    /// The end of a long stream, from the start of a line.
    pub tail: &'a [u8],
}

impl Stream {
    /// Makes an empty stream. `sought` is searched for even in parts that are not kept in memory.
    pub fn searched(sought: Option<Sought>) -> Self {
        Self { sought, ..Self::default() }
    }

    /// Adds the next bytes of the stream. A long stream goes to an unnamed file in `spool`. If the disk is full, the middle of
    /// the stream is lost, but not its head and tail.
    pub fn push(&mut self, bytes: &[u8], spool: &Path) {
        self.length += bytes.len() as u64;
        if let Whole::InMemory = self.whole {
            self.head.extend_from_slice(bytes);
            if !self.is_short() {
                let file = if self.forgets {
                    Err(io::Error::other("it is not kept"))
                } else {
                    spool_file(spool, &self.head)
                };
                self.whole = file.map_or_else(Whole::Lost, Whole::OnDisk);
                self.tail = self.head.split_off(HEAD);
                self.middle = self.sought.map(|sieve| Sifted::new(sieve()));
                if let Some(middle) = &mut self.middle {
                    middle.push(last_line(&self.head));
                }
            }
        } else {
            if let Whole::OnDisk(file) = &mut self.whole
                && let Err(error) = file.write_all(bytes)
            {
                self.whole = Whole::Lost(error);
            }
            self.tail.extend_from_slice(bytes);
        }
        if self.tail.len() > 2 * TAIL {
            let old = self.tail.len() - TAIL;
            if let Some(middle) = &mut self.middle {
                middle.push(&self.tail[..old]);
            }
            self.tail.drain(..old);
        }
    }

    /// Drops the middle of a long stream from now on.
    pub(super) fn forget(&mut self) {
        self.forgets = true;
    }

    /// Limits the stream to so many bytes.
    pub(super) fn bound(&mut self, most: Option<u64>) {
        self.most = most;
    }

    /// Whether more was printed than the limit allows.
    pub fn is_over(&self) -> bool {
        self.most.is_some_and(|most| self.length > most)
    }

    /// Whether nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The file with the whole of a long stream; `None` for a short stream, which the excerpt shows completely.
    pub fn on_disk(&self) -> Option<Result<&File, &io::Error>> {
        match &self.whole {
            Whole::InMemory => None,
            Whole::OnDisk(file) => Some(Ok(file)),
            Whole::Lost(error) => Some(Err(error)),
        }
    }

    /// Every byte of the stream.
    pub fn whole(&self) -> io::Result<Vec<u8>> {
        let mut file = match &self.whole {
            Whole::InMemory => return Ok(self.head.clone()),
            Whole::OnDisk(file) => file,
            Whole::Lost(error) => return Err(io::Error::new(error.kind(), error.to_string())),
        };
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The parts of the stream to show.
    pub fn excerpt(&self) -> Excerpt<'_> {
        if self.is_short() {
            return Excerpt { head: &self.head, omitted: 0, tail: &[] };
        }
        let head = match self.head.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => &self.head[..=newline],
            None => &self.head,
        };
        let end = &self.tail[self.tail.len().saturating_sub(TAIL)..];
        let tail = match end.iter().position(|&byte| byte == b'\n') {
            Some(newline) if newline + 1 < end.len() => &end[newline + 1..],
            _ => end,
        };
        Excerpt { head, omitted: self.length - head.len() as u64 - tail.len() as u64, tail }
    }

    /// The parts of the stream that contain every search result: all of a short stream; of a long one the head, the lines that
    /// the search found after it, and the end as far as it is in memory.
    pub fn parts(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        let found = self.middle.iter().flat_map(Sifted::lines);
        let end = match &self.middle {
            Some(middle) => Cow::from([middle.rest(), &self.tail].concat()),
            None => Cow::from(&self.tail),
        };
        std::iter::once(Cow::from(&self.head))
            .chain(found.map(|line| Cow::from(line.as_bytes())))
            .chain(std::iter::once(end))
    }

    fn is_short(&self) -> bool {
        self.length <= (HEAD + TAIL) as u64
    }
}

/// The bytes after the last line end.
fn last_line(bytes: &[u8]) -> &[u8] {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes, |newline| &bytes[newline + 1..])
}

/// Creates an unnamed file in `directory` that can get a name later, or one of the system's temporary files if that fails.
fn spool_file(directory: &Path, begin: &[u8]) -> io::Result<File> {
    let mut file = system::unnamed_file(directory).or_else(|_| tempfile::tempfile())?;
    file.write_all(begin)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes `total` bytes of `line` repeated, in pieces of `piece` bytes.
    fn stream(line: &str, total: usize, piece: usize) -> (Stream, Vec<u8>) {
        let all: Vec<u8> = line.bytes().cycle().take(total).collect();
        let mut stream = Stream::default();
        for bytes in all.chunks(piece) {
            stream.push(bytes, &std::env::temp_dir());
        }
        (stream, all)
    }

    #[test]
    fn a_short_stream_is_shown_whole_and_stays_in_memory() {
        for total in [0, 1, HEAD, HEAD + TAIL] {
            let (stream, all) = stream("hello\n", total, 1000);
            assert_eq!(stream.excerpt(), Excerpt { head: &all, omitted: 0, tail: &[] });
            assert!(stream.on_disk().is_none());
            assert_eq!(stream.is_empty(), total == 0);
        }
    }

    #[test]
    fn a_long_stream_shows_whole_first_and_last_lines_and_is_complete_on_disk() {
        for (total, piece) in
            [(HEAD + TAIL + 1, 1), (1_100_000, 65_536), (1_100_000, 7), (1_100_000, 1_100_000)]
        {
            let (stream, all) = stream("0123456789\n", total, piece);
            let excerpt = stream.excerpt();
            assert!(excerpt.head.ends_with(b"9\n") && all.starts_with(excerpt.head));
            assert!(excerpt.tail.starts_with(b"0123") && all.ends_with(excerpt.tail));
            assert_eq!(
                excerpt.head.len() as u64 + excerpt.omitted + excerpt.tail.len() as u64,
                total as u64
            );
            assert!(stream.on_disk().expect("long").is_ok());
            assert!(
                stream.whole().expect("read back") == all,
                "{total} bytes in pieces of {piece}"
            );
        }
    }

    #[test]
    fn a_stream_without_line_ends_is_cut_by_length() {
        let (stream, _) = stream("x", 1_000_000, 65_536);
        assert_eq!((stream.excerpt().head.len(), stream.excerpt().tail.len()), (HEAD, TAIL));
    }

    #[test]
    fn where_nothing_can_be_written_head_and_tail_remain() {
        let mut stream = Stream::default();
        stream.push(&b"first\n".repeat(20_000), &std::env::temp_dir());
        // As a full disk does; the file itself is open for reading only.
        stream.whole = Whole::OnDisk(File::open("/dev/null").expect("open"));
        stream.push(b"last\n", &std::env::temp_dir());
        assert!(stream.on_disk().expect("long").is_err());
        assert!(
            stream.excerpt().head.starts_with(b"first\n")
                && stream.excerpt().tail.ends_with(b"last\n")
        );
    }
}
