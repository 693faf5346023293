//! Texts and places in them. Knows nothing of the meaning of a manifest.

pub(crate) mod natural;
pub(crate) mod nearest;
pub(crate) mod placeholder;
pub(crate) mod relative;
pub(crate) mod secrets;
pub(crate) mod span;
pub(crate) mod spelled;
pub(crate) mod word;
