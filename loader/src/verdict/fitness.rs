//! Whether a file will do for its kind of library, in constant time. It does not know where the file came from.

use std::io;

use super::found::FoundInstead;
use super::judge::judge;
use super::kind::Kind;
use super::object::{FileVerdict, Tear};
use super::program::runs;
use crate::files::{Permission, ReadAt};
use crate::machine::Machine;

/// Why a file will not do.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// Data of no bytes.
    Empty,
    /// Something other than a whole library for the machine.
    Is(FileVerdict),
}

/// Judges bytes that claim to be `size` long by what their kind must be.
///
/// # Errors
///
/// What they are instead. Bytes that cannot be read are that, too.
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

/// What a library of this kind is used for. More is known when its bytes are: see [`permission_of`].
pub(crate) fn permission(kind: Kind) -> Permission {
    match kind {
        Kind::Executable => Permission::Execute,
        Kind::Native | Kind::Data => Permission::Read,
    }
}

/// What a file of a library of this kind is used for: a program is of no use to anybody who may not execute it, whatever the archive
/// said that it was in, or did not say.
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
