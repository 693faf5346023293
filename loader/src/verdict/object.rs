//! What can be said of a file that should be an object file. It does not know how that is found out.

use std::fmt;
use std::io;

use super::found::FoundInstead;
use crate::machine::{Architecture, Machine, System};

/// What [`inspect`](crate::inspect) found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileVerdict {
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
    NotALibrary(FoundInstead),
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
    pub(in crate::verdict) fn on(self, machine: Machine, system: System) -> FileVerdict {
        if machine.system == system && machine.architecture == self.architecture {
            FileVerdict::Whole(self)
        } else {
            FileVerdict::WrongMachine { found: self, expected: machine }
        }
    }
}

impl FileVerdict {
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

    /// What it says about a file that it cannot be opened or looked at.
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
