//! The engine of this machine: it runs tests and the commands of libraries as child processes.
//!
//! Does not know what follows from an attempt, nor which test is next.

mod attempt_of;
mod beside;
mod build;
mod engine;
mod hosting;
mod hung;
mod programs;
mod remarks;
mod serve;
mod skipped;
mod through;
mod within;

pub use attempt_of::attempt_of;
pub(crate) use engine::LocalEngine;
pub(crate) use hosting::Hosting;
