//! The variables of a test: what its runner sets, its libraries, its env file and the manifest, in this order.
//!
//! Knows no process and no file.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use probe_scenario::{Library, LibraryId, Piece, Source, Suite, Template, Test};

use super::files::Given;
use crate::system::LIBRARY_PATH;

/// What all tests of a suite find in their environment, which is known before they are: as a test finds it, but without what
/// only the place of a library could say that has none yet.
pub(crate) fn suite_variables<'p>(
    suite: &Suite,
    outline: &Test,
    given: &Given,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Vec<(OsString, OsString)> {
    let needs = outline.needs.iter().map(|need| need.library);
    let mut own = library_variables(suite, needs, &path_of);
    own.extend(given.variables(outline).iter().map(|(name, value)| (name.into(), value.into())));
    let is_known = |piece: &Piece| match piece {
        Piece::Literal(_) | Piece::Temporary => true,
        Piece::Path(library) | Piece::Directory(library) => path_of(*library) != Path::new(""),
    };
    let known = outline.env.iter().filter(|(_, value)| value.pieces().iter().all(is_known));
    own.extend(known.map(|(name, value)| (name.as_ref().into(), value.render(&path_of))));
    own
}

/// What the runner of a test sets for it, and `own` after that. Where both say where the loader looks for libraries, the
/// runner's directories come first, as Cargo itself has it.
pub(crate) fn with_runner(
    runner: &[(String, String)],
    own: Vec<(OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    let directories = runner.iter().find(|(name, _)| name == LIBRARY_PATH);
    let mut env: Vec<(OsString, OsString)> =
        runner.iter().map(|(name, value)| (name.into(), value.into())).collect();
    for (name, mut value) in own {
        if let Some((_, directories)) = directories
            && name == LIBRARY_PATH
        {
            let mut both = OsString::from(directories);
            if !value.is_empty() {
                both.push(":");
                both.push(&value);
            }
            value = both;
        }
        env.push((name, value));
    }
    env
}

/// The value of PATH among variables of which a later one wins.
pub(crate) fn path_in(env: &[(OsString, OsString)]) -> Option<&OsStr> {
    env.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| value.as_os_str())
}

/// What a process that needs these libraries is told about them: where each is, and what the manifest's `env` says. A path
/// is empty of a library that tests make, as long as its place is not known; of that nothing is told.
pub(crate) fn library_variables<'p>(
    suite: &Suite,
    libraries: impl Iterator<Item = LibraryId>,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> Vec<(OsString, OsString)> {
    let mut variables = Vec::new();
    for id in libraries {
        let library: &Library = &suite.libraries[id.index()];
        let render =
            |(name, value): &(String, Template)| (OsString::from(name), value.render(&path_of));
        // A check is no file that anybody could open.
        if path_of(id) != Path::new("") && !matches!(library.source, Source::Check { .. }) {
            variables.push(((&library.variable).into(), path_of(id).into()));
            variables.extend(library.env.iter().map(render));
        }
    }
    variables
}
