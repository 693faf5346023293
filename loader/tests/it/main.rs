//! The integration tests of the crate: one target, one module a subject.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests look at the system, and at the time"
)]

mod archives;
mod clearing;
mod commands;
mod digests;
mod downloads;
mod faults;
mod flush_order;
mod flushing;
mod folders;
mod healing;
mod hostile_archives;
// Made by mounts.
#[cfg(target_os = "linux")]
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
mod strangers;
mod support;
mod torture;
mod upkeep;
mod using;
mod verdicts;
mod watching;
