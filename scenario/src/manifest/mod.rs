//! What a manifest says, read and checked. Knows neither how it is written nor what lies in the project.

pub(crate) mod draft;
pub(crate) mod library;
pub(crate) mod limits;
pub(crate) mod root;
pub(crate) mod rule;
pub(crate) mod service;
pub(crate) mod written;
