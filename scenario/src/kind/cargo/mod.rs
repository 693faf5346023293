//! Cargo's tests, from its messages, its metadata and the listings of test binaries. Runs none of them.
//!
//! The names are those of nextest: `package` for a library, `package::name` for a file of `tests`, `package::bin/name` and
//! `package::example/name` for programs, each followed by the name of the test in it.

mod build;
mod layout;
mod listed;
mod package;
mod variable;

pub use build::{CargoBinary, CargoBuild};
pub use layout::CargoMetadata;
pub use listed::{CargoTest, CargoTests};
pub use package::CargoPackage;
pub use variable::CargoVariable;
