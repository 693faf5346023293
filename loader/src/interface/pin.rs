//! What pins a download. It does not know where pins are kept.

use serde::{Deserialize, Serialize};

use crate::digest::Sha256;

/// The data that pins a download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Its origin, without secrets.
    pub url: String,
    /// The digest of the downloaded bytes.
    pub sha256: Sha256,
    /// The number of bytes.
    pub size: u64,
}
