//! What the command of `exec` has perhaps raced for and probe could do nothing about: native files that came into the user's
//! caches while it ran, extension modules that were compiled into the project, and libraries that only tests make. Looks at
//! times, and so only guesses; its caller says so.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::environment::Environment;
use crate::exit::Exit;
use crate::native_files::{NativeFile, extension_modules, native_files};

/// A file's time of writing comes from a clock that ticks every few milliseconds.
const TICK: Duration = Duration::from_millis(50);

/// Places in the home that are none of its caches by name: of `pyximport`, of `cython.inline`, and of data that programs
/// fetch.
const CACHES_IN_HOME: [&str; 3] = [".local/share", ".cython", ".pyxbld"];

/// What may have been raced for.
#[derive(Debug)]
pub(crate) struct Suspects {
    /// In the order of their paths.
    pub(crate) files: Vec<NativeFile>,
    /// Libraries that only tests make, with the lines by which they are known.
    pub(crate) made_by_tests: Vec<(String, String)>,
}

/// What may explain the failure of a command that ran since `started`, outside probe's own `store`. Empty where nothing points at loading: neither how it
/// ended nor a file that came.
pub(super) fn find(
    started: SystemTime,
    exit: Exit,
    made_by_tests: Vec<(String, String)>,
    store: &Path,
    environment: &Environment,
) -> Suspects {
    // The last is looked at first, should there be too many files for all.
    let mut directories: Vec<_> = CACHES_IN_HOME
        .iter()
        .filter_map(|place| environment.home().map(|home| home.join(place)))
        .chain(environment.caches().map(|caches| environment.cwd().join(caches)))
        .collect();
    let plug = environment.deno_cache().map(|deno| deno.join("plug"));
    directories
        .extend(plug.filter(|plug| directories.iter().all(|caches| !plug.starts_with(caches))));
    let mut files = native_files(&directories);
    files.extend(extension_modules(environment.cwd()));
    // What a compiler leaves on its way is loaded by nobody, and what probe has put away by nobody any more.
    let is_own = |file: &NativeFile| {
        file.path.starts_with(store)
            || environment.default_store().is_some_and(|store| file.path.starts_with(store))
    };
    files.retain(|file| {
        file.modified + TICK >= started
            && file.path.extension().is_none_or(|end| end != "o")
            && !is_own(file)
    });
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files.dedup();
    let is_telling = !files.is_empty()
        || matches!(exit, Exit::Command(134 | 135 | 139) | Exit::Signal(6 | 7 | 11));
    Suspects { files, made_by_tests: if is_telling { made_by_tests } else { Vec::new() } }
}
