//! Finds the file to run for a command's first word.
//!
//! Programs are looked up here and not by `std`. With a path, `std` can start them by `posix_spawn`; with a changed PATH and a
//! bare name, it falls back to fork. And a missing program gets an error message of our own. Does not know what the command is
//! for.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::system::is_executable;

/// Why a command's program cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// No directory of PATH holds the program.
    NotInPath {
        /// As the command names it.
        program: String,
    },
    /// The program was given as a path that does not exist.
    NoSuchFile {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file is there, but it is a directory or has no execute permission.
    NotExecutable {
        /// Where it is.
        path: PathBuf,
    },
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInPath { program } => {
                write!(f, "program `{program}` is in no directory of PATH: is it installed?")
            }
            Self::NoSuchFile { path } => write!(f, "program `{}` does not exist", path.display()),
            Self::NotExecutable { path } => {
                write!(
                    f,
                    "program `{}` is not executable: `chmod +x` it, or name its interpreter",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for ProgramError {}

/// Returns the absolute path of `program`: itself if it is absolute, relative to `cwd` if it has a slash, and otherwise found
/// in `path` (a PATH value).
pub fn find_program(
    program: &OsStr,
    cwd: &Path,
    path: Option<&OsStr>,
) -> Result<PathBuf, ProgramError> {
    if program.as_encoded_bytes().contains(&b'/') {
        let found = cwd.join(program);
        return match state(&found) {
            State::Executable => Ok(found),
            State::NotExecutable => Err(ProgramError::NotExecutable { path: found }),
            State::Missing => Err(ProgramError::NoSuchFile { path: found }),
        };
    }
    let mut refused = None;
    for directory in path.map(std::env::split_paths).into_iter().flatten() {
        // An empty entry of PATH means the working directory.
        let candidate = cwd.join(directory).join(program);
        match state(&candidate) {
            State::Executable => return Ok(candidate),
            State::NotExecutable => refused = refused.or(Some(candidate)),
            State::Missing => {}
        }
    }
    Err(refused.map_or_else(
        || ProgramError::NotInPath { program: program.to_string_lossy().into_owned() },
        |path| ProgramError::NotExecutable { path },
    ))
}

enum State {
    Executable,
    NotExecutable,
    Missing,
}

fn state(path: &Path) -> State {
    match path.metadata() {
        Ok(meta) if meta.is_file() && is_executable(&meta) => State::Executable,
        Ok(_) => State::NotExecutable,
        Err(_) => State::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(program: &str, path: &str, expected: Result<&str, &str>) {
        let root = tempfile::tempdir().expect("a temporary directory");
        let bin = root.path().join("bin");
        std::fs::create_dir_all(bin.join("folder")).expect("create bin");
        for (name, mode) in [("tool", 0o755), ("plain", 0o644)] {
            let file = bin.join(name);
            std::fs::write(&file, "#!/bin/sh\n").expect("write");
            crate::unix::set_mode(&file, mode);
        }
        let path = path.replace("ROOT", &root.path().display().to_string());
        let found = find_program(OsStr::new(program), root.path(), Some(OsStr::new(&path)))
            .map(|found| {
                found.strip_prefix(root.path()).expect("below the root").display().to_string()
            })
            .map_err(|error| error.to_string().replace(&root.path().display().to_string(), "ROOT"));
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn programs_are_found_in_path_or_relative_to_the_working_directory() {
        check("tool", "/nowhere:ROOT/bin", Ok("bin/tool"));
        check("bin/tool", "", Ok("bin/tool"));
        check("tool", "bin", Ok("bin/tool"));
    }

    #[test]
    fn a_missing_program_says_where_it_was_sought() {
        check(
            "tool",
            "/nowhere",
            Err("program `tool` is in no directory of PATH: is it installed?"),
        );
        check("bin/none", "", Err("program `ROOT/bin/none` does not exist"));
        let not_executable = Err(
            "program `ROOT/bin/plain` is not executable: `chmod +x` it, or name its interpreter",
        );
        check("plain", "ROOT/bin", not_executable);
        check("bin/plain", "", not_executable);
        let folder = Err(
            "program `ROOT/bin/folder` is not executable: `chmod +x` it, or name its interpreter",
        );
        check("bin/folder", "", folder);
    }
}
