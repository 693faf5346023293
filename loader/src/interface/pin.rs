//! What pins a download. It does not know where pins are kept.

use serde::{Deserialize, Serialize};

use crate::digest::Sha256;

/// What a download was: enough to pin it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Where it came from, without secrets.
    pub url: String,
    /// The digest of the downloaded bytes.
    pub sha256: Sha256,
    /// How many they are.
    pub size: u64,
}
