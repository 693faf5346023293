//! What is to be said of something that was seen, before anybody has looked what the manifest says already. Looks at the files
//! that it is about.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use probe_loader::{FileVerdict, Pattern, inspect};
use probe_run::is_called_a_library;
use serde::{Deserialize, Serialize};
use toml_edit::Value;

use super::owner::{Owner, owner};
use super::seen::{Ground, Seen, User, What};
use super::{inputs, names, portable, presets};
use crate::discovery::own_files;
use crate::plugged;
use crate::project::sources;

/// What the first test does.
const FIRST: &str = "one test makes it, before the others that need it start";

/// Things that are looked at: more of them are no libraries.
const THINGS: usize = 32;

/// Patterns of one library; more of them say less.
const PATTERNS: usize = 4;

/// Ends of the names of files that are gone when what they are for is there.
const PASSING: [&str; 9] =
    ["tmp", "temp", "part", "partial", "download", "downloading", "crdownload", "lock", "new"];

/// A library as a manifest may declare it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) name: String,
    /// The lines below its header.
    pub(crate) keys: Vec<String>,
    pub(crate) users: Users,
    pub(crate) why: String,
    /// The files that it is about.
    #[serde(skip)]
    pub(crate) answers: Vec<PathBuf>,
}

/// Who is to wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Users {
    /// These.
    Tables(Vec<User>),
    /// Nobody knows who loads it.
    Unknown,
}

/// What is to be said of all that was seen: what belongs together is one library.
pub(crate) fn drafts(seen: &[Seen], ground: Ground<'_>) -> Vec<Draft> {
    let looked = Looked { ground, files: OnceCell::new(), presets: OnceCell::new() };
    let mut all: Vec<(&What, Vec<User>)> = Vec::new();
    for Seen { what, users } in seen {
        match all.iter().position(|(known, _)| *known == what) {
            Some(at) => all[at].1.extend(users.iter().cloned()),
            None if all.len() < THINGS => all.push((what, users.clone())),
            None => {}
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for (what, users) in all {
        let group = looked.group(what);
        let known = groups.iter_mut().find(|known| known.key == group.key);
        let known = match known {
            Some(known) => {
                known.files.extend(group.files);
                known
            }
            None => groups.push_mut(group),
        };
        known.users.extend(users);
    }
    groups.into_iter().map(|group| looked.draft(group)).collect()
}

/// What was looked up about a project, once it was needed.
struct Looked<'a> {
    ground: Ground<'a>,
    files: OnceCell<Vec<String>>,
    presets: OnceCell<presets::Known>,
}

/// What is one library.
struct Group {
    key: Key,
    files: Vec<PathBuf>,
    users: Vec<User>,
}

/// By what it is told from others.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Url(String),
    Preset(String),
    Owner(Owner),
}

impl Looked<'_> {
    fn files(&self) -> Vec<String> {
        self.files.get_or_init(|| own_files(self.ground.root)).clone()
    }

    fn preset(&self, file: &Path) -> Option<String> {
        let known = self.presets.get_or_init(|| presets::Known::new(self.ground));
        known.of_file(file, self.ground)
    }

    fn group(&self, what: &What) -> Group {
        let ground = self.ground;
        let home = ground.environment.home();
        let caches = ground.environment.caches();
        let (key, files) = match what {
            What::Url(url) => (Key::Url(url.clone()), Vec::new()),
            What::File(path) => {
                let key = match (self.origin(path), self.preset(path)) {
                    (Some(url), _) => Key::Url(url),
                    (None, Some(preset)) => Key::Preset(preset),
                    (None, None) => Key::Owner(owner(path, &caches, home)),
                };
                (key, vec![path.clone()])
            }
            What::Folder(folder, files) => {
                let preset = files.iter().find_map(|file| self.preset(file));
                let owner = owner(&folder.join("file"), &caches, home);
                (preset.map_or(Key::Owner(owner), Key::Preset), files.clone())
            }
        };
        Group { key, files, users: Vec::new() }
    }

    /// Where plug has fetched a file from.
    fn origin(&self, path: &Path) -> Option<String> {
        let ground = self.ground;
        let cache = ground.environment.deno_cache().filter(|cache| path.starts_with(cache))?;
        plugged::origin(path, &cache, ground.root, &|| sources(ground.root), ground.platform)
    }

    fn draft(&self, mut group: Group) -> Draft {
        group.users.sort();
        group.users.dedup();
        let users = match group.users.is_empty() {
            true => Users::Unknown,
            false => Users::Tables(group.users),
        };
        let first = group.files.first().cloned().unwrap_or_default();
        let (name, keys, why) = match &group.key {
            Key::Url(url) => {
                let name = plugged::library_name(url);
                let [_, keys @ ..] = plugged::declaration(&name, url);
                (name, keys.to_vec(), "fetched once, before the tests that need it start")
            }
            Key::Preset(preset) => {
                let name = preset.rsplit('/').next().unwrap_or(preset).to_owned();
                let keys = vec![format!("preset = {}", Value::from(preset.as_str()))];
                (name, keys, "made once, before the tests that need it start")
            }
            Key::Owner(owner) => {
                let name = names::of_file(&first, owner.name.as_deref());
                (name, self.led(&group.files, owner.name.is_some()), FIRST)
            }
        };
        Draft { name, keys, users, why: why.to_owned(), answers: group.files }
    }

    /// The lines of a library that tests make.
    fn led(&self, files: &[PathBuf], is_fetched: bool) -> Vec<String> {
        let ground = self.ground;
        let mut keys = vec!["leader = true".to_owned()];
        let home = ground.environment.home();
        let mut patterns: Vec<String> = Vec::new();
        let (mut is_native, mut stays) = (true, Vec::new());
        for file in files {
            let is_object =
                !matches!(inspect(file), FileVerdict::NotALibrary(_) | FileVerdict::Absent);
            let end = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
            if PASSING.contains(&end) || !is_object {
                continue;
            }
            let Some(pattern) = portable::pattern(file, ground.root, home) else { continue };
            let found = ground.environment.resolve_pattern(ground.root, &pattern);
            let found = Pattern::parse(&found).ok().and_then(|found| found.matches().ok());
            // What it stands for must be known to be it, and little else.
            let is_right = found.is_some_and(|found| found.contains(file) && found.len() <= 16);
            if is_right && !patterns.contains(&pattern) && patterns.len() < PATTERNS {
                is_native &= is_called_a_library(file);
                patterns.push(pattern);
                stays.push(file);
            }
        }
        if patterns.is_empty() {
            return keys;
        }
        if !is_native {
            keys.push("kind = \"executable\"".to_owned());
        }
        keys.push(format!("paths = {}", list(&patterns)));
        let name = stays[0].file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let inputs = inputs::inputs(name, ground.root, is_fetched, &|| self.files());
        if !inputs.is_empty() {
            keys.push(format!("inputs = {}", list(&inputs)));
        }
        keys
    }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| Value::from(text).to_string()).collect();
    format!("[{}]", texts.join(", "))
}
