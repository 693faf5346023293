//! Test runners that a suite can go through: which files each takes, how it is started, and how it says that nothing ran.
//!
//! All of it is data and pure functions. Knows no process and looks at no directory: what lies in a project is asked of a
//! [`ProjectView`], and what a runner printed is given.

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
