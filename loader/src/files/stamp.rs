//! Shows in constant time that a file is still the one that was hashed. It does not know the content.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

use crate::platform;

/// Size, modification time and identity. Not the device, because network and overlay file systems change it from mount to mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// The size in bytes.
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
