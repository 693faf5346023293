//! The possible verdicts on a file that should be an object file. It does not know how they are
//! found.

use std::fmt;
use std::io;

use super::found::FoundInstead;
use crate::machine::{Architecture, Machine, System};

/// What [`inspect`](crate::inspect) found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileVerdict {
    /// An object file for the requested machine that is at least as long as its own headers say.
    Whole(Object),
    /// An incomplete object file, or the beginning of one.
    Torn(Tear),
    /// A complete object file for another machine.
    WrongMachine {
        /// The machine that the file is for.
        found: Object,
        /// The machine that it should be for.
        expected: Machine,
    },
    /// Something else.
    NotALibrary(FoundInstead),
    /// Nothing exists at this path.
    Absent,
    /// The file could not be read.
    Unreadable(io::ErrorKind),
}

/// An object file's format and machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// The container format.
    pub format: Format,
    /// The processor.
    pub architecture: Architecture,
}

/// The container formats of native code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Linux and most Unix systems.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
}

/// How a file is incomplete (torn).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Created, but nothing is written yet.
    Empty,
    /// It ends too early; sizes in bytes.
    Cut {
        /// The actual length.
        size: u64,
        /// The least length that its headers require.
        needs: u64,
    },
    /// It has its length, but its beginning is zeros: the space was reserved, but the content is
    /// not written yet.
    Hollow,
    /// It stops in the middle: the end that its format requires is missing.
    Endless,
    /// It has its length, but a part that its headers point at is zeros: its end was never written.
    Blank(&'static str),
}

impl Object {
    /// Returns the verdict on a complete object in `system`'s format.
    pub(in crate::verdict) fn on(self, machine: Machine, system: System) -> FileVerdict {
        if machine.system == system && machine.architecture == self.architecture {
            FileVerdict::Whole(self)
        } else {
            FileVerdict::WrongMachine { found: self, expected: machine }
        }
    }
}

impl FileVerdict {
    /// Whether the file can be loaded, as far as its headers tell.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// Whether the file looks like a library that was not written to its end.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        matches!(self, Self::Torn(_))
    }

    /// Returns the verdict on a file that cannot be opened or examined.
    pub(crate) fn of_failure(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            io::ErrorKind::InvalidInput => Self::NotALibrary(FoundInstead::Special),
            kind => Self::Unreadable(kind),
        }
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

impl fmt::Display for FileVerdict {
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
