//! What a folder's tests look like, by the file that marks it: a table, and one file for each shape.

mod bun;
mod cmake;
mod compiled;
mod deno;
mod frameworks;
mod make;
mod mocha;
mod node;
mod package;
mod python;
mod scripts;
mod tap;

use super::ground::Ground;
use super::suggestion::Suggestion;

/// One kind of tests.
pub(super) struct Shape {
    /// The files that make a folder a package of its own. Without one, it is looked for in the whole project alone.
    pub(super) marks: &'static [&'static str],
    /// Whether it stands in for all others, and is for a folder in which there is nothing else.
    pub(super) stands_in: bool,
    /// The suites of such a folder, from the files that nobody has claimed yet.
    pub(super) recognise: fn(&Ground<'_>) -> Vec<Suggestion>,
}

const DENO: &[&str] = &["deno.json", "deno.jsonc"];
const NODE: &[&str] = &["package.json"];
const PYTHON: &[&str] =
    &["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt"];

const MAKE: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// Everything that is recognised. A file belongs to the first shape here that takes it.
pub(super) const SHAPES: &[Shape] = &[
    shape(DENO, deno::probitas),
    shape(NODE, bun::bun),
    shape(NODE, frameworks::frameworks),
    shape(DENO, deno::deno),
    shape(NODE, node::node),
    shape(PYTHON, python::python),
    shape(&["Cargo.toml"], compiled::cargo),
    shape(&["go.mod"], compiled::go),
    shape(&["CMakeLists.txt"], cmake::cmake),
    shape(&["Makefile.PL", "Build.PL", "cpanfile", "dist.ini"], tap::tap),
    shape(&[], tap::tap),
    shape(&[], scripts::scripts),
    Shape { stands_in: true, ..shape(MAKE, make::make) },
];

const fn shape(
    marks: &'static [&'static str],
    recognise: fn(&Ground<'_>) -> Vec<Suggestion>,
) -> Shape {
    Shape { marks, stands_in: false, recognise }
}
