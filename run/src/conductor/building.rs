//! The commands that are making libraries at present. Does not know how they end.

use std::sync::Arc;
use std::time::Instant;

use probe_process::LastLine;
use probe_scenario::LibraryId;

/// A command that is making a library.
#[derive(Debug)]
pub(super) struct Building {
    pub(super) library: LibraryId,
    pub(super) command: String,
    pub(super) last: Arc<LastLine>,
    pub(super) since: Instant,
}
