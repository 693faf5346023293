//! The integration tests of the crate: one target, one module a subject.

mod expand;
mod libraries;
mod mistakes;
mod selectors;
mod support;
mod values;
