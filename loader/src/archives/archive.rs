//! One archive of any format, visited entry by entry. It does not know what the caller wants from it.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read, Seek};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::bound::{Bounded, XZ_MEMORY, damaged};
use super::entry::{Entry, EntryKind, Visitor};
use super::failure::ArchiveFailure;
use super::{tape, zipped, zstd};
use crate::files::Permission;
use crate::machine::Machine;
use crate::verdict::{ArchiveKind, FileVerdict, FoundInstead, judge};

/// An archive that is complete as far as the transfer shows.
#[derive(Clone, Copy)]
pub(crate) struct Archive<'a> {
    pub(crate) file: &'a File,
    /// The size in bytes.
    pub(crate) size: u64,
    /// The maximum unpacked size of any content, in bytes.
    pub(crate) limit: u64,
}

impl Archive<'_> {
    /// Passes every entry to the visitor, then reads the archive to its end, so that its checksums are checked. A compressed file
    /// that is not a tar counts as an archive of one entry without a path.
    pub(crate) fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), ArchiveFailure> {
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
            kind if !kind.is_readable() => Err(ArchiveFailure::Unreadable {
                cause: format!("probe does not know the format {kind}"),
            }),
            kind => unreachable!("{kind} is readable"),
        }
    }

    fn kind(&self) -> Result<ArchiveKind, ArchiveFailure> {
        match judge(self.file, self.size, Machine::host()).map_err(damaged)? {
            FileVerdict::NotALibrary(FoundInstead::Archive(kind)) => Ok(kind),
            other => Err(ArchiveFailure::NoArchive(other)),
        }
    }

    fn visit_inner(
        &self,
        decoder: impl Read,
        visitor: &mut Visitor<'_>,
    ) -> Result<(), ArchiveFailure> {
        let mut content = Peeked::new(self.bounded(decoder)).map_err(damaged)?;
        if content.is_tar {
            tape::visit(&mut content.reader, visitor)?;
        } else {
            let kind = EntryKind::File(Permission::Read);
            let entry = Entry { path: String::new(), kind, size: None };
            visitor(&entry, &mut content.reader)?;
        }
        // The checksum comes after the last byte of the content.
        io::copy(&mut content.reader, &mut io::sink()).map_err(damaged)?;
        Ok(())
    }

    /// Returns the maximum unpacked size of all files together, in bytes.
    pub(super) fn budget(&self) -> Bounded<io::Empty> {
        self.bounded(io::empty())
    }

    fn bounded<R: Read>(&self, inner: R) -> Bounded<R> {
        Bounded::new(inner, self.size, self.limit)
    }
}

/// A stream whose first block was already read.
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
