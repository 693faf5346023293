//! What a process printed on one stream: a head and a tail in memory, the whole of a long one on disk.
//!
//! Does not know whose output it is, nor where it comes from.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::sieve::{Sifted, Sought};
use super::system;

/// The first bytes of a long stream that are shown.
const HEAD: usize = 16 * 1024;
/// The last bytes of a long stream that are shown: more than the head, since that is where the error is.
const TAIL: usize = 48 * 1024;

/// A stream of any length in bounded memory.
#[derive(Debug, Default)]
pub struct Stream {
    /// Everything, until the stream is longer than head and tail together; then the head.
    head: Vec<u8>,
    /// The end of a long stream; up to twice as long as what is shown of it, so that it is not moved at every write.
    tail: Vec<u8>,
    /// Bytes printed in all.
    length: u64,
    whole: Whole,
    /// Whether of a long stream the middle is forgotten, instead of being on disk.
    forgets: bool,
    /// How long it may get; any length if nobody says so.
    most: Option<u64>,
    /// What is sought in a long stream.
    sought: Option<Sought>,
    /// What is found of it between head and tail.
    middle: Option<Sifted>,
}

/// Where the whole of a stream is.
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

/// A bounded view of a stream: whole lines where it has lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// The whole stream if it is short, else its beginning up to the end of a line.
    pub head: &'a [u8],
    /// Bytes left out between head and tail.
    pub omitted: u64,
    /// The end of a long stream, from the beginning of a line.
    pub tail: &'a [u8],
}

impl Stream {
    /// Nothing yet, of a stream in which lines are sought, also where it is not held in memory.
    pub fn searched(sought: Option<Sought>) -> Self {
        Self { sought, ..Self::default() }
    }

    /// Takes the next bytes of the stream. A long stream goes to an unnamed file in `spool`; a full disk there loses the
    /// middle of the stream, and neither its head nor its tail.
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

    /// Forgets the middle of a long stream.
    pub(super) fn forget(&mut self) {
        self.forgets = true;
    }

    /// Takes no more than so many bytes.
    pub(super) fn bound(&mut self, most: Option<u64>) {
        self.most = most;
    }

    /// Whether more was printed than it may take.
    pub fn is_over(&self) -> bool {
        self.most.is_some_and(|most| self.length > most)
    }

    /// Nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The file that holds the whole of a long stream; `None` for a short one, which the excerpt shows whole.
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

    /// What is shown of the stream.
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

    /// The parts of the stream that hold whatever was sought in it: all of a short one; of a long one the head, the lines
    /// that were found behind it, and all that is in memory of its end.
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

/// The bytes behind the last end of a line.
fn last_line(bytes: &[u8]) -> &[u8] {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes, |newline| &bytes[newline + 1..])
}

/// An unnamed file in `directory` that can be given a name later; where there is none to be had, one of the system's
/// temporary files.
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
