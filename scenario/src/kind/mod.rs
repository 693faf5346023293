//! Test runners that a suite can use: which files each takes, how it starts, and how it reports that nothing ran.
//!
//! All of it is data and pure functions. Starts no process and reads no directory: a [`ProjectView`] answers questions about
//! the project, and the caller passes in what a runner printed.

mod belied;
mod bun;
mod cargo;
mod check;
mod cmake_presets;
mod collection;
mod ctest;
mod deno;
mod empty;
mod files;
mod flags;
mod go;
mod launch;
mod node;
mod place;
mod probitas;
mod pytest;
mod settle;
mod tally;

pub use belied::{Belied, Ran, bears_on_result};
pub use cargo::{
    CargoBinary, CargoBuild, CargoMetadata, CargoPackage, CargoTest, CargoTests, CargoVariable,
};
pub use check::JointCheck;
pub use collection::{Collection, collection};
pub use ctest::CtestTests;
pub use place::ProjectView;
pub use tally::skipped_by_tap;
