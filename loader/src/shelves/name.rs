//! Names for files and folders in the store. It does not know what they are.

/// Returns a file name for the store that means the same as `wish` to a loader, and is safe in any
/// directory.
pub(crate) fn file_name(wish: &str) -> String {
    /// Shorter than any file system's limit of 255 bytes, with room for what other programs add to
    /// a name.
    const LONGEST: usize = 200;

    let last = wish.rsplit('/').next().unwrap_or_default();
    let mut name = last.chars().filter(|character| !character.is_control()).collect::<String>();
    while name.len() > LONGEST {
        // The end is what loaders look at.
        name.remove(0);
    }
    if name.is_empty() || name == "." || name == ".." {
        "library".clone_into(&mut name);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_keep_their_end() {
        let long = format!("{}libx.so.1", "a".repeat(300));
        for (wish, name) in [
            ("libx.so", "libx.so"),
            ("/a/b/libx.so", "libx.so"),
            ("", "library"),
            ("a/..", "library"),
            ("a/", "library"),
            ("lib\0\nx.so", "libx.so"),
            (&long, &long[long.len() - 200..]),
        ] {
            assert_eq!(file_name(wish), name);
        }
    }
}
