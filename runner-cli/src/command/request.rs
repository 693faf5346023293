//! What is asked for by whoever needs libraries without tests. Does not know whether there are such.

use std::ffi::OsString;

use probe_report::BriefDetail;

use crate::args::{ImportArguments, ProgressArguments, ProjectArguments, StoreArguments};

/// Which libraries, from where, and how.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// Their names, and those of services where a command follows; all libraries of the manifest and what is detected if there
    /// are none.
    pub(super) names: &'a [String],
    /// Those of them that are left out.
    pub(super) skipped: &'a [String],
    /// The command that follows, of `exec`; empty if there is none. What nobody has declared may be missing then, and what
    /// only tests make is made before it, as far as that is known.
    pub(super) command: &'a [OsString],
    pub(super) project: &'a ProjectArguments,
    pub(super) store: &'a StoreArguments,
    pub(super) imports: &'a ImportArguments,
    /// What a person is told meanwhile.
    pub(super) detail: BriefDetail,
    pub(super) progress: ProgressArguments,
}
