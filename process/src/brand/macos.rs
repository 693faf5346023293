//! macOS has no unused limit that can be read for other processes, so it has no brand.

use crate::process_id::ProcessId;

/// A limit that counts as set on purpose, so that no brand is taken.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there may be none")]
pub(super) fn limit() -> Option<u64> {
    Some(0)
}

/// Nothing can be set.
pub(super) fn set_limit(_limit: u64) -> bool {
    false
}

/// No process has a limit.
pub(super) fn limit_of(_id: ProcessId) -> Option<u64> {
    None
}
