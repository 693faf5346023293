//! Words of a command line that are paths: `./tests/a.sh`, `../b`, `/home/me/project/tests`, `~/project/tests`.
//!
//! Knows no test: what has no such beginning is a word in names, in which `tests/a.sh` is found as well.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::environment::Environment;
use crate::project::Project;

/// A path that leads out of the project.
#[derive(Debug)]
pub(super) struct Outside {
    word: String,
    root: PathBuf,
}

/// Whether it is written as a path.
pub(super) fn is_path(word: &str) -> bool {
    let begins = ["./", "../", "/", "~/", "$HOME/", "${HOME}/"];
    begins.iter().any(|begin| word.starts_with(begin)) || word == "." || word == ".."
}

/// The path relative to the project, which is empty for the project itself.
pub(super) fn within(
    word: &str,
    project: &Project,
    environment: &Environment,
) -> Result<String, Outside> {
    let path = normal(&environment.resolve(environment.cwd(), word));
    let root = &project.root;
    let below = |path: &Path| {
        let parts = path.strip_prefix(root).ok()?.components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(parts.join("/"))
    };
    // The project's directory is the real one, and what is typed may lead there by a link.
    let real = || path.canonicalize().ok().and_then(|path| below(&path));
    let outside = || Outside { word: word.to_owned(), root: root.clone() };
    below(&path).or_else(real).ok_or_else(outside)
}

/// A path without `.` and `..`, by its text alone: it may end with the name of a test.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { word, root } = self;
        write!(f, "`{word}` is not in the project, which is `{}`", root.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_by_its_beginning() {
        for word in ["./a", "../a", "/a", "~/a", "$HOME/a", "${HOME}/a", ".", ".."] {
            assert!(is_path(word), "{word}");
        }
        for word in ["a", "a/b", "a/./b", ".a", "...", "~a", "", "file::read", "-", "$HOME"] {
            assert!(!is_path(word), "{word}");
        }
    }

    #[test]
    fn a_path_is_made_normal_by_its_text() {
        for (path, expected) in [("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("/a/b::c", "/a/b::c")] {
            assert_eq!(normal(Path::new(path)), Path::new(expected));
        }
    }
}
