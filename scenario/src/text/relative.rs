//! Names of files as seen from a working directory, from their text only.

/// The name of `file` as seen from `directory`. Both must be relative to the same place. `None` if `directory` is absolute,
/// begins with `~` or leads out of that place.
pub(crate) fn relative(directory: &str, file: &str) -> Option<String> {
    let absolute = |path: &str| {
        path.starts_with(['/', '\\', '~'])
            || path.starts_with("$HOME")
            || path.starts_with("${HOME}")
            || path.get(1..2).is_some_and(|second| second == ":")
    };
    if absolute(directory) {
        return None;
    }
    let directory = normal(directory)?;
    let file = normal(file)?;
    let common = directory.iter().zip(&file).take_while(|(left, right)| left == right).count();
    let up = directory[common..].iter().map(|_| "..");
    let down = file[common..].iter().copied();
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The parts of a path without `.` and `..`; `None` if it leads out of where it starts.
fn normal(path: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn files_are_named_from_the_working_directory() {
        let check = |directory, expected| {
            assert_eq!(relative(directory, "a/b/t.ts").as_deref(), expected, "from `{directory}`");
        };
        check("", Some("a/b/t.ts"));
        check(".", Some("a/b/t.ts"));
        check("a", Some("b/t.ts"));
        check("./a/b/", Some("t.ts"));
        check("a/c", Some("../b/t.ts"));
        check("x/../a", Some("b/t.ts"));
        check("x/y", Some("../../a/b/t.ts"));
    }

    #[test]
    fn directories_elsewhere_have_no_relative_names() {
        for directory in ["/tmp", "~/a", "$HOME/a", "${HOME}", "..", "a/../..", "C:/a"] {
            assert_eq!(relative(directory, "a/b/t.ts"), None, "from `{directory}`");
        }
    }
}
