//! Names of files relative to one base, joined as text.

/// The directory that `file` is in; empty for the base itself.
pub(super) fn directory(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The file's name without its directory.
pub(super) fn file_name(file: &str) -> &str {
    file.rsplit_once('/').map_or(file, |(_, name)| name)
}

/// `path` as seen from `directory`, without `.` and `..`; `None` if it leads out of the base.
pub(super) fn join(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `directory` and all directories above it up to the base, the nearest first.
pub(super) fn upward(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |&below| {
        (!below.is_empty()).then(|| self::directory(below))
    })
}

#[cfg(test)]
mod tests {
    use super::{join, upward};

    #[test]
    fn names_are_joined_by_their_text() {
        let check = |directory, path, expected: Option<&str>| {
            assert_eq!(join(directory, path).as_deref(), expected, "`{path}` from `{directory}`");
        };
        check("", "./a.ts", Some("a.ts"));
        check("a/b", "../c/./d.ts", Some("a/c/d.ts"));
        check("a", "../..", None);
        check("a", "..", Some(""));
    }

    #[test]
    fn directories_are_walked_up_to_the_base() {
        assert_eq!(upward("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(upward("").collect::<Vec<_>>(), [""]);
    }
}
