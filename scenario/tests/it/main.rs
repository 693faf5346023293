//! The integration tests of the crate: one target, one module a subject.

mod corpus;
mod expand;
mod libraries;
mod robust;
mod selectors;
mod support;
mod values;
