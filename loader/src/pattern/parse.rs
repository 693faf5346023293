//! A parsed pattern, and what it matches. [`probe_pattern`] defines the syntax, as it does for the
//! patterns of test files. It does not know what is looked for.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use probe_pattern::{Part, routes};

use super::route::{Route, Step};
use super::walk;

/// Where something may be: one route for each choice between folders in the pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    routes: Vec<Route>,
}

impl Pattern {
    /// Parses an absolute pattern.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it, as a fragment.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let routes = routes(pattern)?.into_iter().map(Route::read);
        Ok(Self { routes: routes.collect::<Result<_, _>>()? })
    }

    /// Returns a pattern that matches only `path`, whatever characters are in it.
    #[must_use]
    pub fn escape(path: &str) -> String {
        probe_pattern::escape(path)
    }

    /// Returns the path if the pattern can match no other one.
    #[must_use]
    pub fn literal(&self) -> Option<&Path> {
        match self.routes.as_slice() {
            [Route { steps, .. }] => match steps.as_slice() {
                [Step::Name(path)] => Some(path),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the folders where it begins to match; the folder of the path if it can match no
    /// other one.
    pub(crate) fn bases(&self) -> Vec<PathBuf> {
        let base = |route: &Route| match route.steps.as_slice() {
            [Step::Name(path)] => path.parent().map(Path::to_owned),
            [Step::Name(path), ..] => Some(path.clone()),
            _ => None,
        };
        let root = || PathBuf::from("/");
        self.routes.iter().map(|route| base(route).unwrap_or_else(root)).collect()
    }

    /// Whether it can match in several folders.
    pub(crate) fn is_deep(&self) -> bool {
        self.routes
            .iter()
            .any(|route| matches!(route.steps.as_slice(), [_, _, _, ..] | [_, Step::Folders]))
    }

    /// Returns the existing paths that match, sorted. Skips folders that vanish meanwhile.
    ///
    /// # Errors
    ///
    /// Returns the folder that cannot be listed, and the error.
    pub fn matches(&self) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
        let mut found = BTreeSet::new();
        for route in &self.routes {
            walk::collect(route, &mut found)?;
        }
        Ok(found.into_iter().collect())
    }
}

impl Route {
    fn read(route: probe_pattern::Route) -> Result<Self, String> {
        if !route.is_absolute {
            return Err("it is not absolute".to_owned());
        }
        let mut steps = Vec::new();
        let mut name = PathBuf::from("/");
        for part in route.parts {
            match part {
                Part::Name(part) => name.push(part),
                Part::Names(names) => {
                    flush(&mut name, &mut steps);
                    steps.push(Step::Names(names));
                }
                Part::Folders => {
                    flush(&mut name, &mut steps);
                    steps.push(Step::Folders);
                }
            }
        }
        flush(&mut name, &mut steps);
        Ok(Self { steps, is_folder: route.is_folder })
    }
}

fn flush(name: &mut PathBuf, steps: &mut Vec<Step>) {
    if !name.as_os_str().is_empty() {
        steps.push(Step::Name(std::mem::take(name)));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use probe_pattern::PatternSet;

    use super::*;
    use crate::platform::link;

    /// Every file, by its path; a folder is there if a file is in it.
    const TREE: [&str; 16] = [
        "out/a.dat",
        "out/b.bin",
        "out/c.txt",
        "out/.hidden.dat",
        "out/deep/a.dat",
        "out/deep/er/a.dat",
        "out/deep/er/liba.so.1",
        "out/x/a.dat",
        "out/y/a.dat",
        "out/[z]/a.dat",
        "out/{w}/a.dat",
        "out/a*b",
        "out/aXb",
        "out/back\\slash",
        "src/a.c",
        "src/a.h",
    ];

    /// Patterns of files, and others that are refused.
    const PATTERNS: [&str; 30] = [
        "out/a.dat",
        "out/*.{dat,bin}",
        "out/{a,b}.*",
        "out/{x,y}/a.dat",
        "out/{x/a,y/a,a}.dat",
        "{out,src}/a.*",
        "{out/{x,y},src}/a.{c,dat}",
        "{out/deep/**,src}/a.*",
        "out/**/a.dat",
        "out/**/*.dat",
        "out/**",
        "**",
        "**/a.dat",
        "**/deep/**/*.1",
        "out/d*/**/liba.so*",
        "out/?.dat",
        "out/[ab].*",
        "out/[!ab].*",
        "out/[a-b].*",
        "out/.*",
        "out/*",
        "out/[[]z[]]/a.dat",
        "out/\\[z\\]/a.dat",
        "out/[{]w[}]/*",
        "out/a[*]b",
        "out/a\\*b",
        "out/back\\\\slash",
        "out/{,a}*.dat",
        "nothing/*.dat",
        "out/a.dat/*",
    ];

    fn tree() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("directory");
        // Signs in the way to it do not count.
        let root = directory.path().join("p{r,o}[j]*");
        for name in TREE {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("create");
            fs::write(path, "x").expect("write");
        }
        (directory, root)
    }

    fn found(root: &Path, pattern: &str) -> Vec<String> {
        let pattern = format!("{}/{pattern}", Pattern::escape(&root.to_string_lossy()));
        let paths = Pattern::parse(&pattern).expect("a pattern").matches().expect("list");
        let name =
            |path: &PathBuf| path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
        paths.iter().map(name).collect()
    }

    #[test]
    fn files_are_found_on_the_disk_as_the_same_pattern_matches_their_names() {
        let (_directory, root) = tree();
        for pattern in PATTERNS {
            let (set, _) = PatternSet::new([pattern]);
            let mut expected =
                TREE.into_iter().filter(|name| set.matches(name)).collect::<Vec<_>>();
            expected.sort_by(|one, other| Path::new(one).cmp(Path::new(other)));
            let mut files = found(&root, pattern);
            files.retain(|name| root.join(name).is_file());
            assert_eq!(files, expected, "{pattern}");
        }
    }

    /// What patterns mean everywhere in a manifest.
    #[derive(serde::Deserialize)]
    struct Table {
        case: Vec<Case>,
        refused: Vec<Refused>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        about: String,
        pattern: String,
        #[serde(default)]
        matches: Vec<String>,
        #[serde(default)]
        leaves: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct Refused {
        pattern: String,
        reason: String,
    }

    fn table() -> Table {
        toml::from_str(include_str!("../../../pattern/table.toml")).expect("the table is one")
    }

    #[test]
    fn files_are_found_as_the_table_of_patterns_says() {
        let directory = tempfile::tempdir().expect("directory");
        let (mut wrong, mut count) = (Vec::new(), 0);
        for Case { about, pattern, matches, leaves } in table().case {
            let names = matches.iter().map(|name| (name, true));
            for (name, is_match) in names.chain(leaves.iter().map(|name| (name, false))) {
                count += 1;
                // A project of its own, since what is a file in one is a folder in the other.
                let root = directory.path().join(format!("{count}p{{r,o}}[j]*"));
                let path = root.join(name);
                fs::create_dir_all(path.parent().expect("a parent")).expect("create");
                fs::write(&path, "x").expect("write");
                let mut files = found(&root, &pattern);
                files.retain(|name| root.join(name).is_file());
                if files != [name.as_str()].repeat(usize::from(is_match)) {
                    wrong.push(format!("{about}: `{pattern}` and `{name}`"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_the_table_refuses_is_refused_with_its_reason() {
        for Refused { pattern, reason } in table().refused {
            let error = Pattern::parse(&format!("/{pattern}")).expect_err("no pattern");
            assert_eq!(error, reason, "{pattern}");
        }
    }

    #[test]
    fn folders_are_found_but_not_by_two_stars_at_the_end() {
        let (_directory, root) = tree();
        for (pattern, expected) in [
            ("out/[xy]", ["out/x", "out/y"].as_slice()),
            ("out/[dc]*", &["out/c.txt", "out/deep"]),
            ("out/[dc]*/", &["out/deep"]),
            ("out/../src/./a.c", &["out/../src/a.c"]),
            ("{out/x,src}", &["out/x", "src"]),
            ("out/**/er", &["out/deep/er"]),
            ("src/**", &["src/a.c", "src/a.h"]),
            (".", &[""]),
        ] {
            assert_eq!(found(&root, pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn links_are_followed_and_circles_end() {
        let (_directory, root) = tree();
        link("../src", &root.join("out/linked")).expect("link");
        link("../..", &root.join("out/deep/up")).expect("link");
        link("gone", &root.join("src/dead.c")).expect("link");
        assert_eq!(found(&root, "out/linked/*.c"), ["out/linked/a.c", "out/linked/dead.c"]);
        assert_eq!(found(&root, "**/a.c"), ["out/linked/a.c", "src/a.c"]);
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        for (pattern, error) in [
            ("out/*", "it is not absolute"),
            ("{/a,b/c}", "it is not absolute"),
            ("/a/[b", "unclosed character class; missing ']'"),
            ("/a/{b", "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"),
        ] {
            assert_eq!(Pattern::parse(pattern).expect_err("no pattern"), error, "{pattern}");
        }
        let many = format!("/{}x", "{a/,b/}".repeat(20));
        assert!(Pattern::parse(&many).is_err());
    }

    #[test]
    fn an_escaped_path_stands_for_itself() {
        for path in ["/a/b", "/a/[b]/{c,d}", "/a\\b/*", "/!a/^b/]x", "/a?/~"] {
            let pattern = Pattern::parse(&Pattern::escape(path)).expect("a pattern");
            assert_eq!(pattern.literal(), Some(Path::new(path)), "{path}");
        }
        for pattern in ["/a/*", "/a/{b,c}", "/a/[bc]", "/a/[!b]", "/**"] {
            assert_eq!(Pattern::parse(pattern).expect("a pattern").literal(), None, "{pattern}");
        }
    }
}
