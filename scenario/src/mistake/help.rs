//! How to correct each mistake, if the message does not say it already.

use super::{Mistake, Named};
use crate::PlatformKey;
use crate::text::nearest::nearest;

pub(super) fn of(mistake: &Mistake) -> Option<String> {
    let help = match mistake {
        Mistake::UnknownKey { key, known, .. } => {
            near_or_all(key, known.iter().copied(), "keys here are")
        }
        Mistake::Choice { found, known, .. } => {
            near_or_all(found, known.iter().map(String::as_str), "choices are")
        }
        Mistake::UnknownPlaceholder { name, known, .. } => match nearest(name, known.iter().copied()) {
            Some(name) => format!("did you mean `{{{name}}}`?"),
            None => {
                let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
                let known = list(known.iter().map(String::as_str));
                format!("placeholders here are {known}; braces themselves are `{{{{` and `}}}}`")
            }
        },
        Mistake::WrongType { what, .. } if what == "`run`" || what == "`command`" => {
            "no shell splits it: make each argument an element of a list".to_owned()
        }
        Mistake::UnknownPlatform { found, .. } => match PlatformKey::by_other_names(found) {
            Some(key) => format!("did you mean `{key}`?"),
            None => "`linux`, `macos` or `windows`; after that `-x86_64` or `-aarch64`; after that, for `linux`, `-gnu` or `-musl`".to_owned(),
        },
        Mistake::UnknownName {
            nearest: Some(name),
            ..
        } => format!("did you mean `{name}`?"),
        Mistake::UnknownName { of, .. } => match of {
            Named::Library => {
                "define it as `[library.NAME]` with `url`, `command` or `leader`; `probe add` does that for those it knows".to_owned()
            },
            Named::Provision => {
                "define it as `[library.NAME]` with `url`, `command` or `leader`, or as `[service.NAME]` with `run`".to_owned()
            },
            Named::Group => "define it as `[group.NAME]` with `max`".to_owned(),
            _ => "`after` names tests that are defined as `[test.NAME]`, and with `finally = true` suites as well".to_owned(),
        },
        Mistake::MissingKey { meaning, .. } => (*meaning).to_owned(),
        Mistake::Jobs { .. } => "write `4`, `\"50%\"` of the processors, `-1` for all but one, or `\"num-cpus\"`".to_owned(),
        Mistake::Duration { .. } => "write `90s`, `2m`, `1m30s` or `500ms`".to_owned(),
        Mistake::NoTime { .. } => "leave it out, or write a long one, such as `24h`".to_owned(),
        Mistake::Name { of, .. } => match of {
            Named::Library | Named::Service | Named::Provision => "lower-case letters, digits, `_`, `.` and `-`, the first a letter or a digit".to_owned(),
            Named::Suite | Named::Group | Named::Profile => {
                "letters, digits, `_`, `.` and `-`, the first a letter or a digit".to_owned()
            }
            Named::Test => "any text without control characters".to_owned(),
            Named::Tag => "letters, digits, `_`, `.`, `-` and `/`, the first a letter or a digit".to_owned(),
            Named::Variable => "no `=`, and not empty".to_owned(),
        },
        Mistake::SameName { .. } => "rename one: `needs` names both".to_owned(),
        Mistake::NeedsService { .. } => {
            "tests, suites and services can need a service, by `needs`; a library cannot, and it has no path".to_owned()
        }
        Mistake::ShorterService { service, needed, needed_per, .. } => format!(
            "give `{service}` `per = \"{needed_per}\"` as well, or `{needed}` the `per` of `{service}`"
        ),
        Mistake::DividedService { per, .. } => {
            format!("remove `scope = \"machine\"`, or `per = \"{per}\"`")
        }
        Mistake::SamePlace { .. } => "give one of them another `to`".to_owned(),
        Mistake::SameFile { .. } => "give each report a file of its own".to_owned(),
        Mistake::SamePaths { .. } => {
            "give each its own `paths`, or make one library of them with one command".to_owned()
        }
        Mistake::SameVariable { .. } => "rename one: `.` and `-` become `_` in the variable".to_owned(),
        Mistake::NoNameGroup { .. } => {
            "put the part of the line that is the name in `(?<name>…)`".to_owned()
        }
        Mistake::Digest { .. } => "64 hex digits, as `sha256sum` prints them, or `sha256-…` as in a lock file".to_owned(),
        Mistake::UnsupportedPlatform { key: "paths", given, .. } => format!(
            "say in `paths` where it is there, as for {}; or need it only where it exists",
            list(given.iter().map(String::as_str))
        ),
        Mistake::UnsupportedPlatform { given, .. } => format!(
            "add one to `url`, which has {}; or need it only where it exists",
            list(given.iter().map(String::as_str))
        ),
        Mistake::MisplacedPlaceholder { belongs, .. } => format!("it belongs {belongs}"),
        Mistake::JoinedPlaceholder { name, .. } => {
            format!("make `\"{{{name}}}\"` an element of its own")
        }
        Mistake::NoVersion { .. } => "add `version = \"…\"`".to_owned(),
        Mistake::UnusedYield { placeholder, .. } => {
            format!("add `\"{placeholder}\"` to `run`")
        }
        Mistake::SharedResults { .. } => {
            "begin the path with `{tmp}/`, as in `junit:{tmp}/results.xml`: each process has that directory for itself".to_owned()
        }
        Mistake::NoSource { .. } => {
            "add `url` for a download, `command` for a tool that makes it, or `leader = true` if a test does".to_owned()
        }
        Mistake::UnknownPreset { name, known, .. } => {
            near_or_all(name, known.iter().map(String::as_str), "presets are")
        }
        Mistake::Cycle { .. } => "take one of these out".to_owned(),
        Mistake::OutsideDirectory { .. } => {
            "`cwd` must lie within the manifest's directory, so that `{file}` has a relative name".to_owned()
        }
        Mistake::NoFile { pattern, .. } => match in_brackets(pattern) {
            Some(class) => format!(
                "`{class}` stands for one character of those in it: a name that has it is written `[[]{}`",
                &class[1..]
            ),
            None if pattern.starts_with(['~', '$', '/']) => {
                "patterns are relative to the manifest's directory, and tests lie below it: write no `/`, `~` or `$HOME` before them".to_owned()
            }
            None => "patterns are relative to the manifest's directory; `**/` crosses directories".to_owned(),
        },
        Mistake::NoTestFile { patterns, .. } => format!(
            "it looks for {}, and at nothing that ignore files leave out; `files` names others",
            list(patterns.iter().map(String::as_str))
        ),
        Mistake::SeveralRunners { kinds, .. } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("kind = \"{kind}\"")).collect();
            format!("say which one: {}", list(kinds.iter().map(String::as_str)))
        }
        Mistake::NothingListed {
            line: Some(line), ..
        } => format!("`match` did not match its first line: `{}`", line.escape_debug()),
        Mistake::NothingListed { line: None, .. } => "the command printed nothing on standard output".to_owned(),
        Mistake::NotListed { .. } => {
            "say how to list it: `files`, or `list = { run = […], match = '…' }`, and `run`".to_owned()
        }
        Mistake::ListedName { .. } => "a name is not empty and has no control characters".to_owned(),
        Mistake::ListedTwice { .. } => "each name must select one test: match more of the line".to_owned(),
        Mistake::AllExcluded { .. } => "take a pattern out of `exclude`, or add one to `files`".to_owned(),
        Mistake::Url { .. }
        | Mistake::Syntax { .. }
        | Mistake::WrongType { .. }
        | Mistake::Empty { .. }
        | Mistake::Nul { .. }
        | Mistake::OutOfRange { .. }
        | Mistake::Pattern { .. }
        | Mistake::Selector { .. }
        | Mistake::Regex { .. }
        | Mistake::Exclusive { .. }
        | Mistake::Alone { .. } => return None,
    };
    Some(help)
}

/// The first class of a pattern that is more likely a part of a name, as in `routes/[id].test.ts`: one without a range.
fn in_brackets(pattern: &str) -> Option<&str> {
    let from = pattern.find('[')?;
    let to = from + pattern[from..].find(']')?;
    let within = &pattern[from + 1..to];
    let is_word =
        within.len() > 1 && within.chars().all(|c| c.is_alphanumeric() || "_.".contains(c));
    is_word.then(|| &pattern[from..=to])
}

fn near_or_all<'k>(found: &str, known: impl Iterator<Item = &'k str> + Clone, all: &str) -> String {
    match nearest(found, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("{all} {}", list(known)),
    }
}

fn list<'k>(names: impl Iterator<Item = &'k str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
