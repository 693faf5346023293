//! Which file a program's name means, looked for once for all attempts. Does not know what is run.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use probe_process::{ProgramError, find_program};

/// A name, the working directory, and a value of PATH.
type Question = (OsString, PathBuf, Option<OsString>);

/// The programs that were found in PATH.
#[derive(Debug, Default)]
pub(super) struct Programs(Mutex<BTreeMap<Question, PathBuf>>);

impl Programs {
    /// The file of a program: as [`find_program`] finds it now, or has before if it is looked for in PATH.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn find(
        &self,
        program: &OsStr,
        cwd: &Path,
        path: Option<&OsStr>,
    ) -> Result<PathBuf, ProgramError> {
        if program.as_encoded_bytes().contains(&b'/') {
            return find_program(program, cwd, path);
        }
        let question = (program.to_owned(), cwd.to_owned(), path.map(OsStr::to_owned));
        // Held meanwhile: who wants the same would only look for it as well.
        let mut known = self.0.lock();
        if let Some(found) = known.get(&question) {
            return Ok(found.clone());
        }
        let found = find_program(program, cwd, path)?;
        known.insert(question, found.clone());
        Ok(found)
    }

    /// A program could not be started: it may be elsewhere by now, or nowhere.
    pub(super) fn forget(&self, found: &Path) {
        self.0.lock().retain(|_, known| known != found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_once_and_again_when_it_could_not_be_started() {
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
        let programs = Programs::default();
        let find = || programs.find(OsStr::new("tool"), root.path(), Some(&path));
        assert_eq!(find(), Ok(b.join("tool")));
        put(&a);
        assert_eq!(find(), Ok(b.join("tool")), "it is not looked for again");
        programs.forget(&b.join("tool"));
        assert_eq!(find(), Ok(a.join("tool")));
        let other = programs.find(OsStr::new("tool"), root.path(), Some(b.as_os_str()));
        assert_eq!(other, Ok(b.join("tool")), "another PATH is another question");
        let given = |name: &str| programs.find(OsStr::new(name), root.path(), None);
        assert_eq!(given("a/tool"), Ok(a.join("tool")));
        std::fs::remove_file(a.join("tool")).expect("remove");
        assert!(given("a/tool").is_err(), "what is given as a path is looked at every time");
    }
}
