//! A library that a survey found: one of the manifest, or one that only a preset describes. Knows nothing of the survey.

use crate::LibraryId;

/// The meaning of a specifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// A library of the manifest.
    Library(LibraryId),
    /// A library that only a preset describes.
    Preset {
        /// The preset's name.
        name: String,
        /// The version, if it is exact.
        version: Option<String>,
        /// The lock file that says so.
        lock: Option<String>,
        /// Which library of the preset, if the preset names each after its specifier.
        which: Option<String>,
    },
}
