//! The message of each mistake: a lowercase fragment that names the thing.

use std::fmt;

use super::Mistake;

pub(super) fn write(mistake: &Mistake, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match mistake {
        Mistake::Syntax { message, .. } => write!(f, "not TOML: {message}"),
        Mistake::UnknownKey { table, key, .. } if table.is_empty() => {
            write!(f, "unknown table or key `{key}`")
        }
        Mistake::UnknownKey { table, key, .. } => write!(f, "unknown key `{key}` in `{table}`"),
        Mistake::WrongType { what, expected, found, .. } => {
            write!(f, "{what} takes {expected}, not {found}")
        }
        Mistake::MissingKey { table, key, .. } => write!(f, "`{table}` has no `{key}`"),
        Mistake::Empty { what, needs, .. } => write!(f, "{what} needs {needs}"),
        Mistake::Nul { what, .. } => write!(f, "{what} contains a NUL character"),
        Mistake::OutOfRange { key, found, .. } | Mistake::Jobs { key, found, .. } => {
            write!(f, "`{key}` cannot be {found}")
        }
        Mistake::Duration { key, found, .. } => {
            write!(f, "`{key}` takes a duration, which `{found}` is not")
        }
        Mistake::NoTime { key, .. } => write!(f, "`{key}` cannot be zero"),
        Mistake::Choice { what, found, .. } => write!(f, "unknown {what} `{found}`"),
        Mistake::Name { of, name, .. } => {
            write!(f, "{of} cannot be called `{}`", name.escape_debug())
        }
        Mistake::SameName { name, .. } => {
            write!(f, "`{name}` is the name of a library and of a service")
        }
        Mistake::NeedsService { name, .. } => {
            write!(f, "`{name}` is a service, and only a library can be meant here")
        }
        Mistake::ShorterService { service, per, needed, needed_per, .. } => write!(
            f,
            "service `{service}`, one for each {per}, needs `{needed}`, of which there is one for each {needed_per}"
        ),
        Mistake::DividedService { service, per, .. } => write!(
            f,
            "service `{service}` cannot be one for all of a machine and one for each {per}"
        ),
        Mistake::SameVariable { variable, first, second, .. } => write!(
            f,
            "libraries `{first}` and `{second}` would both be handed over in `{variable}`"
        ),
        Mistake::SamePlace { place, first, second, .. } => {
            write!(f, "libraries `{first}` and `{second}` would both be put at `{place}`")
        }
        Mistake::SameFile { file, first, second, .. } => {
            write!(f, "reports `{first}` and `{second}` would both be written to `{file}`")
        }
        Mistake::SamePaths { paths, first, second, .. } => {
            write!(f, "libraries `{first}` and `{second}` would both be made at {paths}")
        }
        Mistake::UnknownName { of, name, .. } => {
            write!(f, "{of} called `{}` is not defined", name.escape_debug())
        }
        Mistake::Pattern { pattern, .. } => write!(f, "`{pattern}` is not a pattern"),
        Mistake::Selector { reason, .. } => write!(f, "{reason}"),
        Mistake::Regex { reason, .. } => write!(f, "not a regular expression: {reason}"),
        Mistake::NoNameGroup { .. } => f.write_str("`match` does not say what a test is called"),
        Mistake::Digest { .. } => f.write_str("not a SHA-256"),
        Mistake::Url { url, .. } => {
            write!(f, "`{}` is not a URL to fetch from", url.escape_debug())
        }
        Mistake::UnknownPlatform { found, .. } => write!(f, "unknown platform `{found}`"),
        Mistake::UnsupportedPlatform { library, key, platform, .. } => {
            write!(f, "library `{library}` has no `{key}` for `{platform}`")
        }
        Mistake::UnknownPlaceholder { name, .. } => write!(f, "unknown placeholder `{{{name}}}`"),
        Mistake::MisplacedPlaceholder { name, .. } => {
            write!(f, "placeholder `{{{name}}}` means nothing here")
        }
        Mistake::JoinedPlaceholder { name, .. } => {
            write!(f, "`{{{name}}}` becomes many arguments and cannot be a part of one")
        }
        Mistake::NoVersion { library, .. } => {
            write!(f, "library `{library}` has no `version` for `{{version}}`")
        }
        Mistake::UnusedYield { suite, placeholder, .. } => write!(
            f,
            "every test of suite `{suite}` would run the same: `run` has no `{placeholder}`"
        ),
        Mistake::SharedResults { .. } => {
            f.write_str("the tests of this suite would all write their `results` to one file")
        }
        Mistake::NoSource { library, .. } => {
            write!(f, "library `{library}` does not say where it comes from")
        }
        Mistake::UnknownPreset { name, .. } => write!(f, "unknown preset `{name}`"),
        Mistake::Exclusive { first, second, .. } => {
            write!(f, "`{first}` and `{second}` exclude each other")
        }
        Mistake::Alone { key, belongs, .. } => write!(f, "`{key}` means nothing without {belongs}"),
        Mistake::Cycle { of, edges } => {
            write!(f, "{} wait for each other: ", of.plural())?;
            for edge in edges {
                write!(f, "`{}` → ", edge.from)?;
            }
            match edges.first() {
                Some(edge) => write!(f, "`{}`", edge.from),
                None => Ok(()),
            }
        }
        Mistake::OutsideDirectory { suite, cwd, .. } => {
            write!(f, "files of suite `{suite}` cannot be named from its `cwd` `{cwd}`")
        }
        Mistake::NoFile { suite, pattern, .. } => {
            write!(f, "suite `{suite}` finds no file for `{pattern}`")
        }
        Mistake::NoTestFile { suite, kind, .. } => {
            write!(f, "suite `{suite}` finds no test file of `{kind}`")
        }
        Mistake::SeveralRunners { suite, .. } => {
            write!(f, "the package of suite `{suite}` has several test runners")
        }
        Mistake::AllExcluded { suite, files, .. } => {
            write!(f, "suite `{suite}` excludes every file that it finds ({files} in all)")
        }
        Mistake::NothingListed { suite, .. } => {
            write!(f, "the list of suite `{suite}` names no test")
        }
        Mistake::ListedTwice { suite, name, .. } => {
            write!(f, "the list of suite `{suite}` names `{name}` twice")
        }
        Mistake::ListedName { suite, name, .. } => {
            write!(f, "the list of suite `{suite}` names a test `{}`", name.escape_debug())
        }
        Mistake::NotListed { suite, .. } => {
            write!(f, "the tests of suite `{suite}` were not listed")
        }
    }
}
