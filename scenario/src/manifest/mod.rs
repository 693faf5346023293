//! The content of a manifest, read and checked. Knows neither its syntax nor the project's files.

pub(crate) mod draft;
pub(crate) mod library;
pub(crate) mod limits;
pub(crate) mod root;
pub(crate) mod rule;
pub(crate) mod service;
pub(crate) mod written;
