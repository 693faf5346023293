//! Resolves a specifier in a file to the file or the package that it stands for. Unknown specifiers resolve to nothing.

mod python;
mod script;
mod target;

pub(super) use python::python;
pub(super) use script::script;
pub(super) use target::{Resolved, Target};
