//! macOS has no unused limit that can be read for other processes, so it has no brand.

use crate::process_id::ProcessId;

/// One that is meant, as far as anybody knows: none can be taken.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there may be none")]
pub(super) fn limit() -> Option<u64> {
    Some(0)
}

/// There is none to be set.
pub(super) fn set_limit(_limit: u64) -> bool {
    false
}

/// Nobody has one.
pub(super) fn limit_of(_id: ProcessId) -> Option<u64> {
    None
}
