//! A library that a survey found: one of the manifest, or one that only a preset describes. Knows nothing of the survey.

use crate::LibraryId;

/// What a specifier means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// A library of the manifest.
    Library(LibraryId),
    /// A library that only a preset describes.
    Preset {
        /// The preset's name.
        name: String,
        /// The version, if it is said exactly.
        version: Option<String>,
        /// The lock file that says so.
        lock: Option<String>,
        /// Which of those that the preset is for, if it names each after its specifier.
        which: Option<String>,
    },
}
