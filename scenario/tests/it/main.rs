//! The integration tests of the crate: one target, one module a subject.

mod corpus;
mod detect;
mod expand;
mod kinds;
mod libraries;
mod presets;
mod robust;
mod selectors;
mod services;
mod support;
mod values;
