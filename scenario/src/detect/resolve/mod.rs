//! From a specifier in a file to the file or the package that it stands for. What nothing is known of resolves to nothing.

mod python;
mod script;
mod target;

pub(super) use python::python;
pub(super) use script::script;
pub(super) use target::{Resolved, Target};
