//! What a file is, judged by its first bytes and its length in constant time. It does not know why anybody asks, and it
//! never looks at a file's digest: a hole in the middle of a file of the right length is for the digest to find.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::files::open_regular;
use crate::machine::{Architecture, Machine, System};

mod archive_end;
mod blank;
mod elf;
pub(crate) mod fitness;
mod found;
mod linkage;
mod macho;
mod pe;
mod program;

pub use archive_end::archive_tear;
pub use elf::{Zeros, longest_zeros};
pub use found::{ArchiveKind, Found};
pub use linkage::{Linkage, linkage};
pub use program::is_program;
pub(crate) use program::runs;

/// How much of a file is read first. The header and the program headers of nearly every library are within one page.
const HEAD: usize = 4096;

/// What [`inspect`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// An object file that reaches at least as far as its own headers say, for the machine asked about.
    Whole(Object),
    /// An object file, or the beginning of one, that is not all there.
    Torn(Tear),
    /// A whole object file for another machine.
    WrongMachine {
        /// What the file is made for.
        found: Object,
        /// What it should have been made for.
        expected: Machine,
    },
    /// Something else.
    NotALibrary(Found),
    /// There is nothing at this path.
    Absent,
    /// The file could not be read.
    Unreadable(io::ErrorKind),
}

/// An object file's format and machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// The container.
    pub format: Format,
    /// The processor that it is for.
    pub architecture: Architecture,
}

/// The container formats of native code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Linux and most of Unix.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
}

/// In what way a file is torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Created, and nothing written yet.
    Empty,
    /// It ends too early; sizes in bytes.
    Cut {
        /// The length that it has.
        size: u64,
        /// The least length that its headers ask for.
        needs: u64,
    },
    /// It has its length, but its beginning is zeros: the space was reserved, and the content is not written yet.
    Hollow,
    /// It stops in the middle: the end that its format asks for is missing.
    Endless,
    /// It has its length, but what its headers point at is zeros: its end was never written.
    Blank(&'static str),
}

impl Object {
    /// The verdict on a whole object of `system`'s format.
    fn on(self, machine: Machine, system: System) -> Verdict {
        if machine.system == system && machine.architecture == self.architecture {
            Verdict::Whole(self)
        } else {
            Verdict::WrongMachine { found: self, expected: machine }
        }
    }
}

impl Verdict {
    /// Whether the file can be loaded as far as its headers tell.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// Whether the file looks like a library that somebody has not finished writing.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        matches!(self, Self::Torn(_))
    }
}

/// Judges the file at `path` for this machine. Follows symbolic links. Reads a few kilobytes, whatever the file's size.
#[must_use]
pub fn inspect(path: &Path) -> Verdict {
    inspect_for(path, Machine::host())
}

/// As [`inspect`], for a given machine.
#[must_use]
pub fn inspect_for(path: &Path, machine: Machine) -> Verdict {
    let judged = open_regular(path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Ok(Verdict::NotALibrary(Found::Directory));
        }
        judge(&file, metadata.len(), machine)
    });
    judged.unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Verdict::Absent,
        io::ErrorKind::InvalidInput => Verdict::NotALibrary(Found::Special),
        kind => Verdict::Unreadable(kind),
    })
}

/// Judges bytes that claim to be `size` long.
///
/// # Errors
///
/// Whatever reading gives.
pub(crate) fn judge(bytes: &dyn ReadAt, size: u64, machine: Machine) -> io::Result<Verdict> {
    let mut head = [0; HEAD];
    let length = bytes.fill_at(&mut head, 0)?;
    let head = &head[..length];
    if head.is_empty() {
        return Ok(Verdict::Torn(Tear::Empty));
    }
    if head.starts_with(elf::MAGIC) {
        return elf::judge(bytes, head, size, machine);
    }
    if macho::is_macho(head) {
        return macho::judge(bytes, head, size, machine);
    }
    if head.starts_with(pe::MAGIC) {
        return pe::judge(bytes, head, size, machine);
    }
    if head.iter().all(|byte| *byte == 0) {
        return Ok(Verdict::Torn(Tear::Hollow));
    }
    Ok(Verdict::NotALibrary(found::recognise(head)))
}

/// Bytes that can be read at any offset: an open file, or a slice in tests.
pub(crate) trait ReadAt {
    /// Reads at `offset`, as `pread` does.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Reads until `buffer` is full or the bytes end, and returns how many there were.
    fn fill_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        // No file is that long, and the system takes such an offset for a mistake.
        if offset > i64::MAX as u64 - buffer.len() as u64 {
            return Ok(0);
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elf => "ELF",
            Self::MachO => "Mach-O",
            Self::Pe => "PE",
        })
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.architecture, self.format)
    }
}

impl fmt::Display for Tear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Cut { size, needs } => write!(f, "cut at {size} of {needs} bytes"),
            Self::Hollow => f.write_str("reserved but not written: it begins with zeros"),
            Self::Endless => f.write_str("cut: it stops in the middle"),
            Self::Blank(part) => {
                write!(f, "reserved but not all written: its {part} is nothing but zeros")
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(object) => write!(f, "whole, {object}"),
            Self::Torn(tear) => write!(f, "torn: {tear}"),
            Self::WrongMachine { found, expected } => {
                write!(f, "made for another machine: {found}, not {expected}")
            }
            Self::NotALibrary(found) => write!(f, "not a library but {found}"),
            Self::Absent => f.write_str("absent"),
            Self::Unreadable(kind) => write!(f, "unreadable: {kind}"),
        }
    }
}
