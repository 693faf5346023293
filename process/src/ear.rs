//! Receives the output of a process while it runs. Does not know what becomes of it.

/// Receives the output of a process as it arrives, in pieces of any length.
pub trait Ear: Sync {
    /// The process has printed `bytes`.
    fn hear(&self, bytes: &[u8]);
}
