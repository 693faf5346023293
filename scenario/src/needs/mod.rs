//! What leads from files to the libraries that they need. Knows neither tests nor how it was found.

pub(crate) mod findings;
pub(crate) mod link;
pub(crate) mod meaning;
pub(crate) mod trace;
