//! What a library is called: by its package, its URL, its file or its folder, as a person would say it. Looks at no file.

use std::path::Path;

use crate::plugged::{MACHINES, is_word, word_of};

/// Names that many libraries have.
const COMMON: [&str; 22] = [
    "stub", "lib", "libs", "bin", "build", "release", "debug", "dist", "out", "cache", "caches",
    "tmp", "temp", "main", "index", "addon", "binding", "bindings", "native", "module", "home",
    "library",
];

/// A name by a file, of an owner that is called `owner`.
pub(super) fn of_file(path: &Path, owner: Option<&str>) -> String {
    let name = |part: Option<&str>| part.map(said).filter(|name| is_telling(name));
    let file = || name(path.file_name().and_then(|file| file.to_str()));
    let folders = || {
        let mut folders = path.parent()?.iter().rev().filter_map(|part| part.to_str());
        folders.find_map(|part| name(Some(part)))
    };
    file().or_else(|| name(owner)).or_else(folders).unwrap_or_else(|| "library".to_owned())
}

/// `name`, or a number behind it, so that it is none of those that are `taken`. Names that give one variable are one.
pub(super) fn free(name: &str, mut is_taken: impl FnMut(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).expect("there is always another number")
}

/// Whether two names are one, since they give one variable.
pub(super) fn are_one(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['-', '.'], "_");
    plain(one) == plain(other)
}

/// A part of a path without what says which version of it, and for which machine: `mongod-x64-debian-7` is `mongod`.
fn said(part: &str) -> String {
    let word = word_of(part);
    let mut end = word.len();
    for (at, _) in word.match_indices(['-', '_']) {
        let rest = &word[at + 1..];
        let token = rest.split(['-', '_']).next().unwrap_or_default();
        let is_number = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        // `word_of` leaves nothing of a machine, and `x86_64` begins with one.
        if is_number || MACHINES.contains(&token) || token == "x86" {
            end = at;
            break;
        }
    }
    word[..end].to_owned()
}

fn is_telling(name: &str) -> bool {
    is_word(name) && name.len() > 1 && !COMMON.contains(&name) && !name.starts_with('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_called_as_a_person_would_say_it() {
        for (path, owner, name) in [
            ("/c/libsqlite3.so.0", None, "sqlite3"),
            ("/c/better_sqlite3.node", None, "better_sqlite3"),
            ("/me/.cache/jffi/stub.so", Some("jffi"), "jffi"),
            (
                "/p/pty/78749b9d49a2ade61a15e9f85b00f70dbb4a41d888e32eb719cae983f13dead9.so",
                None,
                "pty",
            ),
            ("/pty/build/Release/addon.node", None, "pty"),
            (
                "/pty/fast/__pycache__/_cffi__x2b6f3a1bx91b3f4.cpython-311-x86_64-linux-gnu.so",
                None,
                "fast",
            ),
            (
                "/me/.cache/mongodb-binaries/mongod-x64-debian-7.0.3",
                Some("mongodb-binaries"),
                "mongod",
            ),
            ("/me/.cache/chrome-for-testing/linux-131.0/chrome-linux64/chrome", None, "chrome"),
            ("/", None, "library"),
        ] {
            let found = of_file(Path::new(path), owner);
            assert_eq!(found, name, "{path}");
        }
        assert_eq!(free("x", |name| are_one(name, "X")), "x-2");
    }
}
