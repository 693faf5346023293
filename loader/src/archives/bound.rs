//! What no honest archive does: limits on what is unpacked and held in memory, and the failure at a limit. It does not know
//! formats.

use std::fmt;
use std::io::{self, Read};

use super::entry::Entry;
use super::failure::ArchiveFailure;

/// A content larger than [`HARMLESS`] may be this many times the archive's size (cargo's limits for a crate).
const RATIO: u64 = 20;
/// A content up to this size, in bytes, is never a bomb.
const HARMLESS: u64 = 512 << 20;
/// The memory for one xz or LZMA stream, in KiB: more than the highest preset needs.
pub(super) const XZ_MEMORY: u32 = 256 << 10;
/// The maximum of metadata for one entry, in bytes: names, links, times, holes. Programs write at most some thousand bytes, and
/// all of it is held in memory.
pub(super) const LONGEST_HEADER: u64 = 1 << 20;

/// Fails when a stream becomes a bomb.
pub(super) struct Bounded<R> {
    pub(super) inner: R,
    pub(super) rest: u64,
    pub(super) bomb: Bomb,
}

impl<R> Bounded<R> {
    /// Limits the stream that `packed` bytes unpack to.
    pub(super) fn new(inner: R, packed: u64, limit: u64) -> Self {
        let honest = HARMLESS.max(packed.saturating_mul(RATIO));
        let bomb = if honest < limit { Bomb::Ratio } else { Bomb::Limit(limit) };
        Self { inner, rest: honest.min(limit), bomb }
    }

    /// Subtracts `bytes` from the remaining limit.
    pub(super) fn spend(&mut self, bytes: u64) -> io::Result<()> {
        self.rest = self.rest.checked_sub(bytes).ok_or_else(|| io::Error::other(self.bomb))?;
        Ok(())
    }

    /// Fails if an entry claims to be larger than the remaining limit, before anything of it is written.
    pub(super) fn expect(&self, entry: &Entry) -> Result<(), ArchiveFailure> {
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

/// The limit that a content exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bomb {
    /// The limit of the settings, in bytes.
    Limit(u64),
    /// A ratio that no honest archive has.
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

/// What no honest archive does, or what no version of probe can read: another attempt would fail the same way.
#[derive(Debug)]
struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

pub(super) fn unreadable(cause: impl Into<String>) -> io::Error {
    io::Error::other(Unreadable(cause.into()))
}

/// Makes the failure of an archive that cannot be read further.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn damaged(error: io::Error) -> ArchiveFailure {
    let inner = error.get_ref();
    if let Some(bomb) = inner.and_then(|inner| inner.downcast_ref::<Bomb>()) {
        return match bomb {
            Bomb::Limit(limit) => ArchiveFailure::TooLarge { limit: *limit },
            Bomb::Ratio => ArchiveFailure::Unreadable { cause: bomb.to_string() },
        };
    }
    match inner.and_then(|inner| inner.downcast_ref::<Unreadable>()) {
        Some(Unreadable(cause)) => ArchiveFailure::Unreadable { cause: cause.clone() },
        None => ArchiveFailure::Damaged { cause: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::EntryKind;
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
        assert!(matches!(damaged(error), ArchiveFailure::TooLarge { limit: 100_000 }));
        let entry = |size| Entry { path: String::new(), kind: EntryKind::Folder, size: Some(size) };
        let budget = Bounded::new(io::empty(), 1, u64::MAX);
        assert!(budget.expect(&entry(512 << 20)).is_ok());
        let error = budget.expect(&entry((512 << 20) + 1)).expect_err("a bomb");
        let ArchiveFailure::Unreadable { cause } = error else { panic!("{error:?}") };
        assert_eq!(cause, "it unpacks to over 512 MiB, and over 20 times its size");
    }
}
