//! Who hears what a process prints while it runs. Does not know what becomes of it.

/// Hears what a process prints, as it comes, in pieces of any length.
pub trait Ear: Sync {
    /// The process has printed `bytes`.
    fn hear(&self, bytes: &[u8]);
}
