//! Which file a program's name refers to, looked up once for all attempts that must find the same file. Does not know what
//! runs, nor when the answer may change.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use probe_process::{ProgramError, find_program};
use probe_scenario::LibraryId;

/// Where to look for a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    pub(super) cwd: &'a Path,
    /// The value of PATH.
    pub(super) path: Option<&'a OsStr>,
    /// The libraries that are there. Other tests may not have them, and one may be the program.
    pub(super) libraries: &'a [LibraryId],
}

/// A name, the working directory, a value of PATH, and the libraries that are there.
type Question = (OsString, PathBuf, Option<OsString>, Vec<LibraryId>);

/// The programs found in PATH so far.
#[derive(Debug, Default)]
pub(super) struct Programs(Mutex<BTreeMap<Question, PathBuf>>);

impl Programs {
    /// Returns the file of a program. A name is looked up in PATH once; a path is checked each time, as by [`find_program`].
    ///
    /// # Errors
    ///
    /// Fails if there is no such program.
    pub(super) fn find(
        &self,
        program: &OsStr,
        places: Places<'_>,
    ) -> Result<PathBuf, ProgramError> {
        let Places { cwd, path, libraries } = places;
        if program.as_encoded_bytes().contains(&b'/') {
            return find_program(program, cwd, path);
        }
        let question = (program.into(), cwd.into(), path.map(Into::into), libraries.into());
        // Held during the lookup: another thread with the same question would only repeat it, and `forget` takes effect after
        // it.
        let mut known = self.0.lock();
        if let Some(found) = known.get(&question) {
            return Ok(found.clone());
        }
        let found = find_program(program, cwd, path)?;
        known.insert(question, found.clone());
        Ok(found)
    }

    /// Forgets all programs, because they may have moved, disappeared, or be hidden by another file.
    pub(super) fn forget(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_once_and_again_when_all_is_forgotten() {
        let root = tempfile::tempdir().expect("a directory");
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        for directory in [&a, &b] {
            std::fs::create_dir(directory).expect("create");
        }
        let put = |directory: &Path| {
            std::fs::copy("/bin/sh", directory.join("tool")).expect("a program");
        };
        put(&b);
        let path = OsString::from(format!("{}:{}", a.display(), b.display()));
        let places = Places { cwd: root.path(), path: Some(&path), libraries: &[] };
        let programs = Programs::default();
        let find = |places| programs.find(OsStr::new("tool"), places);
        assert_eq!(find(places), Ok(b.join("tool")));
        put(&a);
        assert_eq!(find(places), Ok(b.join("tool")), "it is not looked for again");
        let libraries = [LibraryId::new(0)];
        let with_library = Places { libraries: &libraries, ..places };
        assert_eq!(find(with_library), Ok(a.join("tool")), "a library may be what is looked for");
        programs.forget();
        assert_eq!(find(places), Ok(a.join("tool")));
        let other = find(Places { path: Some(b.as_os_str()), ..places });
        assert_eq!(other, Ok(b.join("tool")), "another PATH is another question");
        let given = |name: &str| programs.find(OsStr::new(name), Places { path: None, ..places });
        assert_eq!(given("a/tool"), Ok(a.join("tool")));
        std::fs::remove_file(a.join("tool")).expect("remove");
        assert!(given("a/tool").is_err(), "what is given as a path is looked at every time");
    }
}
