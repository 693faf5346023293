//! How files lead to the libraries that they need. Knows neither tests nor the survey.

pub(crate) mod findings;
pub(crate) mod link;
pub(crate) mod meaning;
pub(crate) mod trace;
