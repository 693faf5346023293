//! The names of the files by which a project is known.

/// The name of a manifest that is looked for.
pub(crate) const MANIFEST: &str = "probe.toml";

/// The lock file's name, beside the manifest.
pub(crate) const LOCK_FILE: &str = "probe.lock";
