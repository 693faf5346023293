//! The tar format. It does not know compression.

use std::cell::Cell;
use std::io::{self, Read};

use tar::{Entry as TarEntry, EntryType};

use super::bound::{LONGEST_HEADER, damaged, unreadable};
use super::entry::{Entry, EntryKind, Visitor};
use super::failure::ArchiveFailure;
use crate::files::Permission;

/// The unit of a tar, in bytes.
const BLOCK: u64 = 512;

/// Passes every entry of a tar to the visitor.
pub(super) fn visit(
    content: &mut dyn Read,
    visitor: &mut Visitor<'_>,
) -> Result<(), ArchiveFailure> {
    let (position, fence) = (Cell::new(0), Cell::new(0));
    let mut archive = tar::Archive::new(Fenced { content, position: &position, fence: &fence });
    let mut entries = archive.entries().map_err(damaged)?;
    // Where what is left of the entry before ends.
    let mut end = 0_u64;
    loop {
        fence.set(end.saturating_add(LONGEST_HEADER));
        let Some(entry) = entries.next() else {
            return Ok(());
        };
        let mut entry = entry.map_err(damaged)?;
        fence.set(u64::MAX);
        let extensions = Extensions::read(&mut entry).map_err(damaged)?;
        let stored = match (entry.header().entry_type(), extensions.size) {
            // Its size is that with all holes.
            (EntryType::GNUSparse, Some(size)) => size,
            (EntryType::GNUSparse, None) => entry.header().entry_size().map_err(damaged)?,
            _ => entry.size(),
        };
        end = position.get().saturating_add(stored).saturating_add(BLOCK);
        let kind = match entry.header().entry_type() {
            // Headers about the archive itself, not things in it.
            EntryType::XGlobalHeader | EntryType::XHeader => continue,
            _ if extensions.is_sparse => EntryKind::Unreadable(
                "it is a sparse file in the format of PAX, which probe does not read: make the archive without `--sparse`, or by `--format=gnu`".to_owned(),
            ),
            kind => kind_of(kind, &entry),
        };
        let path = match extensions.name {
            Some(name) => name,
            None => String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
        };
        let size = matches!(kind, EntryKind::File(_)).then(|| entry.size());
        visitor(&Entry { path, kind, size }, &mut entry)?;
    }
}

fn kind_of<R: Read>(kind: EntryType, entry: &TarEntry<'_, R>) -> EntryKind {
    let target = || {
        let target = entry.link_name_bytes().unwrap_or_default();
        String::from_utf8_lossy(&target).into_owned()
    };
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            EntryKind::File(Permission::of_mode(entry.header().mode().unwrap_or_default()))
        }
        EntryType::Directory => EntryKind::Folder,
        EntryType::Symlink => EntryKind::Link(target()),
        EntryType::Link => EntryKind::Same(target()),
        _ => EntryKind::Special,
    }
}

/// What PAX headers say about an entry; the tar reader ignores it.
#[derive(Default)]
struct Extensions {
    /// The stored size in bytes.
    size: Option<u64>,
    /// Its content is a map of its holes, and the data between them.
    is_sparse: bool,
    /// The name of a sparse file; readers that do not know holes see another one.
    name: Option<String>,
}

impl Extensions {
    fn read<R: Read>(entry: &mut TarEntry<'_, R>) -> io::Result<Self> {
        let mut read = Self::default();
        if matches!(entry.header().entry_type(), EntryType::XGlobalHeader | EntryType::XHeader) {
            // It would be read whole.
            return Ok(read);
        }
        for extension in entry.pax_extensions()?.into_iter().flatten().flatten() {
            match extension.key_bytes() {
                b"size" => read.size = extension.value().ok().and_then(|size| size.parse().ok()),
                b"GNU.sparse.name" => {
                    read.name = Some(String::from_utf8_lossy(extension.value_bytes()).into_owned());
                }
                key => read.is_sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
        Ok(read)
    }
}

/// The stream up to a fence. What is read of a tar between two contents is kept in memory, whatever
/// length it claims.
struct Fenced<'a> {
    content: &'a mut dyn Read,
    /// How much was read.
    position: &'a Cell<u64>,
    /// How far reading is allowed.
    fence: &'a Cell<u64>,
}

impl Read for Fenced<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.position.set(self.position.get() + count as u64);
        if self.position.get() > self.fence.get() {
            let kibibytes = LONGEST_HEADER >> 10;
            return Err(unreadable(format!(
                "it says more than {kibibytes} KiB of one file besides its content"
            )));
        }
        Ok(count)
    }
}
