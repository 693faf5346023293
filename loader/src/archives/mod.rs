//! Archives: what is in them, read without trusting a name, a size or a link. It does not know where content goes, and it writes
//! nothing by a path that an archive gives.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read, Seek};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::files::Permission;
use crate::interface::Cause;
use crate::machine::Machine;
use crate::verdict::{ArchiveKind, Found, Verdict, judge};

mod folder;
mod member;
mod tape;
mod zipped;
mod zstd;

pub(crate) use folder::{is_folder, take_folder};
pub(crate) use member::take_file;

/// A content may be this many times the archive's size, if it is larger than [`HARMLESS`] (cargo's limits for a crate).
const RATIO: u64 = 20;
/// No content up to this size is a bomb, in bytes.
const HARMLESS: u64 = 512 << 20;
/// For one xz or LZMA stream, in KiB: above what the highest preset needs.
const XZ_MEMORY: u32 = 256 << 10;
/// What an archive may say of one thing in it besides its content, in bytes: names, links, times, holes. Programs write some
/// thousands at the most, and all of it is held in memory.
const LONGEST_HEADER: u64 = 1 << 20;

/// One thing in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path, as the archive has it.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    /// How large its content is to be, in bytes, if the archive says so.
    pub(crate) size: Option<u64>,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File(Permission),
    Folder,
    /// A symbolic link, to a path beside it.
    Link(String),
    /// Another name for an earlier entry.
    Same(String),
    /// A device, a pipe, or what nobody knows.
    Special,
    /// Something whose content cannot be had, and why: a fragment that begins with `it`.
    Unreadable(String),
}

/// Is shown every entry, and may read its content.
pub(crate) type Visitor<'a> = dyn FnMut(&Entry, &mut dyn Read) -> Result<(), Cause> + 'a;

/// An archive that is whole as far as the transfer tells.
#[derive(Clone, Copy)]
pub(crate) struct Archive<'a> {
    pub(crate) file: &'a File,
    /// In bytes.
    pub(crate) size: u64,
    /// The most that any content may unpack to, in bytes.
    pub(crate) limit: u64,
}

impl Archive<'_> {
    /// Shows every entry, then reads the archive to its end, so that its checksums are compared. A compressed file that is no tar
    /// is an archive of one entry without a path.
    pub(crate) fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), Cause> {
        let mut file = self.file;
        file.rewind().map_err(damaged)?;
        let reader = BufReader::with_capacity(128 * 1024, file);
        match self.kind()? {
            ArchiveKind::Zip => zipped::visit(self.file, self.limit, visitor),
            ArchiveKind::Tar => tape::visit(&mut self.bounded(reader), visitor),
            ArchiveKind::Gzip => self.visit_inner(MultiGzDecoder::new(reader), visitor),
            ArchiveKind::Xz => {
                let decoder = XzReader::new_mem_limit(reader, true, XZ_MEMORY);
                self.visit_inner(decoder, visitor)
            }
            ArchiveKind::Zstd => self.visit_inner(zstd::Frames::new(reader), visitor),
            ArchiveKind::Bzip2 => self.visit_inner(MultiBzDecoder::new(reader), visitor),
            kind if !kind.is_readable() => {
                Err(Cause::Unreadable { cause: format!("probe does not know the format {kind}") })
            }
            kind => unreachable!("{kind} is readable"),
        }
    }

    fn kind(&self) -> Result<ArchiveKind, Cause> {
        match judge(self.file, self.size, Machine::host()).map_err(damaged)? {
            Verdict::NotALibrary(Found::Archive(kind)) => Ok(kind),
            other => Err(Cause::NoArchive(other)),
        }
    }

    fn visit_inner(&self, decoder: impl Read, visitor: &mut Visitor<'_>) -> Result<(), Cause> {
        let mut content = Peeked::new(self.bounded(decoder)).map_err(damaged)?;
        if content.is_tar {
            tape::visit(&mut content.reader, visitor)?;
        } else {
            let kind = EntryKind::File(Permission::Read);
            let entry = Entry { path: String::new(), kind, size: None };
            visitor(&entry, &mut content.reader)?;
        }
        // The checksum is behind the last byte of the content.
        io::copy(&mut content.reader, &mut io::sink()).map_err(damaged)?;
        Ok(())
    }

    /// What the contents of all files together may unpack to, in bytes.
    fn budget(&self) -> Bounded<io::Empty> {
        self.bounded(io::empty())
    }

    fn bounded<R: Read>(&self, inner: R) -> Bounded<R> {
        Bounded::new(inner, self.size, self.limit)
    }
}

/// A stream whose first block was looked at.
struct Peeked<R: Read> {
    reader: Chain<Cursor<Vec<u8>>, R>,
    is_tar: bool,
}

impl<R: Read> Peeked<R> {
    fn new(mut inner: R) -> io::Result<Self> {
        let mut block = Vec::new();
        inner.by_ref().take(512).read_to_end(&mut block)?;
        Ok(Self {
            is_tar: block.get(257..262) == Some(b"ustar"),
            reader: Cursor::new(block).chain(inner),
        })
    }
}

/// Fails where a stream becomes a bomb.
struct Bounded<R> {
    inner: R,
    rest: u64,
    bomb: Bomb,
}

impl<R> Bounded<R> {
    /// A stream of what `packed` bytes unpack to.
    fn new(inner: R, packed: u64, limit: u64) -> Self {
        let honest = HARMLESS.max(packed.saturating_mul(RATIO));
        let bomb = if honest < limit { Bomb::Ratio } else { Bomb::Limit(limit) };
        Self { inner, rest: honest.min(limit), bomb }
    }

    /// Takes `bytes` from what is allowed still.
    fn spend(&mut self, bytes: u64) -> io::Result<()> {
        self.rest = self.rest.checked_sub(bytes).ok_or_else(|| io::Error::other(self.bomb))?;
        Ok(())
    }

    /// Fails if an entry is to be larger than what is allowed still: before anything of it is written.
    fn expect(&self, entry: &Entry) -> Result<(), Cause> {
        match entry.size {
            Some(size) if size > self.rest => Err(damaged(io::Error::other(self.bomb))),
            _ => Ok(()),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.spend(count as u64)?;
        Ok(count)
    }
}

/// Which bound a content exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bomb {
    /// That of the settings, in bytes.
    Limit(u64),
    /// What no honest archive does.
    Ratio,
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => write!(f, "it unpacks to more than {limit} bytes"),
            Self::Ratio => {
                let mebibytes = HARMLESS >> 20;
                write!(f, "it unpacks to over {mebibytes} MiB, and over {RATIO} times its size")
            }
        }
    }
}

impl std::error::Error for Bomb {}

/// What no honest archive does, or what no version of probe can read: another attempt gives the same.
#[derive(Debug)]
struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

fn unreadable(cause: impl Into<String>) -> io::Error {
    io::Error::other(Unreadable(cause.into()))
}

/// An archive that cannot be read on.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn damaged(error: io::Error) -> Cause {
    let inner = error.get_ref();
    if let Some(bomb) = inner.and_then(|inner| inner.downcast_ref::<Bomb>()) {
        return match bomb {
            Bomb::Limit(limit) => Cause::TooLarge { limit: *limit },
            Bomb::Ratio => Cause::Unreadable { cause: bomb.to_string() },
        };
    }
    match inner.and_then(|inner| inner.downcast_ref::<Unreadable>()) {
        Some(Unreadable(cause)) => Cause::Unreadable { cause: cause.clone() },
        None => Cause::Archive { cause: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_may_grow_twentyfold_or_to_half_a_gibibyte_but_not_over_the_limit() {
        for (packed, limit, allowed) in [
            (1, u64::MAX, 512 << 20),
            (1 << 30, u64::MAX, 20 << 30),
            (1 << 30, 4 << 30, 4 << 30),
            (u64::MAX, u64::MAX, u64::MAX),
        ] {
            assert_eq!(Bounded::new(io::empty(), packed, limit).rest, allowed);
        }
    }

    #[test]
    fn a_bomb_is_found_while_it_unpacks() {
        let mut stream = Bounded::new(io::repeat(0), 1, 100_000);
        let error = io::copy(&mut stream, &mut io::sink()).expect_err("a bomb");
        assert!(matches!(damaged(error), Cause::TooLarge { limit: 100_000 }));
        let entry = |size| Entry { path: String::new(), kind: EntryKind::Folder, size: Some(size) };
        let budget = Bounded::new(io::empty(), 1, u64::MAX);
        assert!(budget.expect(&entry(512 << 20)).is_ok());
        let error = budget.expect(&entry((512 << 20) + 1)).expect_err("a bomb");
        assert!(error.to_string().contains("over 512 MiB, and over 20 times its size"), "{error}");
    }
}
