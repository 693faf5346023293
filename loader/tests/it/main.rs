//! The integration tests of the crate: one target, one module a subject.

mod archives;
mod commands;
mod digests;
mod downloads;
mod faults;
mod folders;
mod healing;
mod hostile_stores;
mod layers;
mod leaders;
mod locals;
mod mending;
mod needs;
mod networks;
mod pins;
mod placed_folders;
mod places;
mod resuming;
mod secure;
mod sharing;
mod stopping;
mod support;
mod torture;
mod upkeep;
mod verdicts;
mod watching;
