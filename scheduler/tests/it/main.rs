//! The integration tests of the crate: one target, one module a subject.

mod cancelling;
mod driving;
mod extremes;
mod graphs;
mod groups;
mod lanes;
mod makespans;
mod misuse;
mod parking;
mod plans;
mod public_api;
mod random;
mod revoking;
mod runs;
mod support;
