//! Whether a file will do for its kind of library, in constant time. It does not know where the file came from.

use std::io;

use crate::files::Permission;
use crate::interface::{Cause, Kind};
use crate::machine::Machine;
use crate::verdict::{Found, ReadAt, Tear, Verdict, judge, runs};

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
) -> Result<(), Cause> {
    if kind == Kind::Data {
        return if size == 0 { Err(Cause::Empty) } else { Ok(()) };
    }
    let verdict =
        judge(bytes, size, machine).unwrap_or_else(|error| Verdict::Unreadable(error.kind()));
    match (kind, &verdict) {
        (_, Verdict::Whole(_)) | (Kind::Executable, Verdict::NotALibrary(Found::Script)) => Ok(()),
        _ => Err(Cause::Unfit(verdict)),
    }
}

/// What a failed check, or the failure to open a file for it, says about the file.
pub(crate) fn verdict(cause: &Cause) -> Verdict {
    match cause {
        Cause::Unfit(verdict) => verdict.clone(),
        Cause::Disk { error, .. } if error.kind() == io::ErrorKind::NotFound => Verdict::Absent,
        Cause::Disk { error, .. } if error.kind() == io::ErrorKind::InvalidInput => {
            Verdict::NotALibrary(Found::Special)
        }
        Cause::Disk { error, .. } => Verdict::Unreadable(error.kind()),
        _ => Verdict::Torn(Tear::Empty),
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
