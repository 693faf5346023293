//! The integration tests of the crate: one target, one module a subject.

mod cancelling;
mod driving;
mod graphs;
mod groups;
mod lanes;
mod misuse;
mod parking;
mod plans;
mod runs;
mod support;
