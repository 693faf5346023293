//! Whether a file is acceptable for its kind of library, in constant time. It does not know where
//! the file came from.

use std::io;

use super::found::FoundInstead;
use super::judge::judge;
use super::kind::Kind;
use super::object::{FileVerdict, Tear};
use super::program::runs;
use crate::files::{Permission, ReadAt};
use crate::machine::Machine;

/// Why a file is not acceptable.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// The file is empty.
    Empty,
    /// The file is not a complete library for the machine.
    Is(FileVerdict),
}

/// Judges bytes of the claimed length `size` by the rules of their kind.
///
/// # Errors
///
/// Returns what the bytes are instead. This includes bytes that cannot be read.
pub(crate) fn check(
    kind: Kind,
    bytes: &dyn ReadAt,
    size: u64,
    machine: Machine,
) -> Result<(), Unfit> {
    if kind == Kind::Data {
        return if size == 0 { Err(Unfit::Empty) } else { Ok(()) };
    }
    let verdict =
        judge(bytes, size, machine).unwrap_or_else(|error| FileVerdict::Unreadable(error.kind()));
    match (kind, &verdict) {
        (_, FileVerdict::Whole(_))
        | (Kind::Executable, FileVerdict::NotALibrary(FoundInstead::Script)) => Ok(()),
        _ => Err(Unfit::Is(verdict)),
    }
}

/// Returns what a library of this kind is used for. Its bytes tell more: see [`permission_of`].
pub(crate) fn permission(kind: Kind) -> Permission {
    match kind {
        Kind::Executable => Permission::Execute,
        Kind::Native | Kind::Data => Permission::Read,
    }
}

/// Returns what a file of a library of this kind is used for. A program is useless without
/// permission to execute it, whatever the archive said about that.
pub(crate) fn permission_of(kind: Kind, bytes: &dyn ReadAt) -> io::Result<Permission> {
    match permission(kind) {
        Permission::Read if runs(bytes)? => Ok(Permission::Execute),
        permission => Ok(permission),
    }
}

impl From<Unfit> for FileVerdict {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Empty => Self::Torn(Tear::Empty),
            Unfit::Is(verdict) => verdict,
        }
    }
}
