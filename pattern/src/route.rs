//! A pattern as routes to walk: each part by part, without choices between folders.

use std::path::Path;
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::signs;

/// One route that a pattern stands for.
#[derive(Clone, Debug)]
pub struct Route {
    /// The parts between its slashes, without parts that have no effect.
    pub parts: Vec<Part>,
    /// Whether it begins with a slash.
    pub is_absolute: bool,
    /// Whether it matches only folders: it ends with a slash.
    pub is_folder: bool,
}

/// One part of a route.
#[derive(Clone, Debug)]
pub enum Part {
    /// This name.
    Name(String),
    /// Every name that matches.
    Names(Names),
    /// Any number of folders, including none; as the last part, every file below.
    Folders,
}

/// A pattern for single names.
#[derive(Clone, Debug)]
pub struct Names {
    /// The pattern as written.
    text: String,
    glob: Glob,
    /// Built at the first match: most patterns are only matched as a whole.
    matcher: OnceLock<GlobMatcher>,
}

/// Parses a pattern into all its routes.
///
/// # Errors
///
/// Returns what is wrong with the pattern, as a fragment.
pub fn routes(pattern: &str) -> Result<Vec<Route>, String> {
    // Checks the whole pattern first, so that the error quotes it as written.
    glob(pattern)?;
    signs::choices(pattern)?.iter().map(|text| Route::read(text)).collect()
}

impl Route {
    fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in signs::parts(text) {
            match part.as_str() {
                "" | "." => {}
                "**" if matches!(parts.last(), Some(Part::Folders)) => {}
                "**" => parts.push(Part::Folders),
                part => parts.push(match signs::literal(part) {
                    Some(name) => Part::Name(name),
                    None => Part::Names(Names::read(part)?),
                }),
            }
        }
        let (is_absolute, is_folder) = (text.starts_with('/'), text.ends_with('/'));
        Ok(Self { parts, is_absolute, is_folder })
    }

    /// Returns the folder that contains everything that it can match, as a relative name; `None` if
    /// it leads elsewhere.
    pub(crate) fn base(&self) -> Option<String> {
        if self.is_absolute {
            return None;
        }
        let is_name = |part: &&Part| matches!(part, Part::Name(_));
        let names = self.parts.iter().take_while(is_name).count();
        // If all parts are names, the last one is the file.
        let folders = names.min(self.parts.len().saturating_sub(1));
        let name = |part: &Part| match part {
            Part::Name(name) => name.clone(),
            Part::Names(_) | Part::Folders => unreachable!("only names are taken"),
        };
        Some(self.parts[..folders].iter().map(name).collect::<Vec<_>>().join("/"))
    }

    /// Returns the whole route as one glob, for file names; `None` if it matches no files.
    pub(crate) fn glob(&self) -> Option<Result<Glob, String>> {
        if self.is_folder || self.parts.is_empty() {
            return None;
        }
        let mut text = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 || self.is_absolute {
                text.push('/');
            }
            match part {
                Part::Name(name) => text.push_str(&signs::escape(name)),
                Part::Names(names) => text.push_str(&names.text),
                Part::Folders => text.push_str("**"),
            }
        }
        Some(glob(&text))
    }

    /// Whether the glob of the whole route may match too much, because one of its classes could
    /// match a slash.
    pub(crate) fn is_loose(&self) -> bool {
        let has_class =
            |part: &Part| matches!(part, Part::Names(names) if names.text.contains('['));
        self.parts.iter().any(has_class)
    }

    /// Whether it matches the file `name`, part by part.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let mut names = name.split('/').peekable();
        let is_absolute = names.next_if_eq(&"").is_some();
        let names: Vec<&str> = names.collect();
        is_absolute == self.is_absolute && !self.is_folder && fits(&self.parts, &names)
    }
}

fn fits(parts: &[Part], names: &[&str]) -> bool {
    match (parts, names) {
        ([], _) => names.is_empty(),
        ([Part::Folders], _) => !names.is_empty(),
        ([Part::Folders, rest @ ..], _) => {
            (0..=names.len()).any(|passed| fits(rest, &names[passed..]))
        }
        (_, []) => false,
        ([Part::Name(own), rest @ ..], [name, below @ ..]) => own == name && fits(rest, below),
        ([Part::Names(own), rest @ ..], [name, below @ ..]) => {
            own.is_match(name) && fits(rest, below)
        }
    }
}

impl Names {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), glob: glob(text)?, matcher: OnceLock::new() })
    }

    /// Whether it matches a name without a slash.
    #[must_use]
    pub fn is_match(&self, name: impl AsRef<Path>) -> bool {
        self.matcher.get_or_init(|| self.glob.compile_matcher()).is_match(name)
    }
}

/// Turns a text into a glob. All globs are made here.
fn glob(text: &str) -> Result<Glob, String> {
    let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
    glob.map_err(|error| error.kind().to_string())
}
