//! What tests are given besides what the manifest itself says of them: what follows `--`, and their variables.
//!
//! A variable comes from the first of these that has it: the test's `env`, its `env-file`, its libraries, probe's own
//! environment. Knows no plan, and starts nothing.

pub(crate) mod dotenv;
mod files;
mod variables;

pub(crate) use files::Given;
pub(crate) use variables::{library_variables, path_in, suite_variables, with_runner};
