//! What tells in constant time that a file is still the one that was hashed. It does not know the content.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

use crate::platform;

/// Size, time of the last write, and identity. The device is left out, since network and overlay file systems change theirs
/// from mount to mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// In bytes.
    pub(crate) size: u64,
    seconds: i64,
    nanoseconds: i64,
    inode: u64,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let (seconds, nanoseconds) = platform::written(metadata);
        Self { size: metadata.len(), seconds, nanoseconds, inode: platform::inode(metadata) }
    }
}
