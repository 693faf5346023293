//! `probe add`.

use std::fmt;
use std::io;
use std::path::Path;

use miette::Diagnostic;
use probe_run::Exit;
use probe_scenario::{Mistake, Mistakes, PresetInfo, preset_names, presets, read_with};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::args::AddArguments;
use crate::detection::Surroundings;
use crate::environment::Environment;
use crate::manifest_file::{manifest_path, read_manifest, replace, shown};
use crate::manifest_lock::{LOCK, lock};
use crate::platform;
use crate::project::error::ProjectError;
use crate::ui::{Ends, Failure, print, tell};

/// Lists the presets, or adds one.
pub(crate) fn add(arguments: &AddArguments, environment: &Environment) -> Result<Exit, Failure> {
    match &arguments.preset {
        Some(preset) => add_to_manifest(preset, arguments, environment),
        None => {
            print(|out| out.write_all(listed(&presets()).as_bytes()))?;
            Ok(Exit::Passed)
        }
    }
}

/// A line for each preset, in columns with at least two blanks between them.
fn listed(presets: &[PresetInfo]) -> String {
    let widest = |columns: fn(&PresetInfo) -> usize| presets.iter().map(columns).max().unwrap_or(0);
    let name = widest(|preset| preset.name.len());
    let how = widest(|preset| preset.made.words().len());
    let mut text = String::new();
    for preset in presets {
        let by = preset.recognised_by.join(", ");
        text += &format!("{:name$}  {:how$}  {by}\n", preset.name, preset.made.words());
    }
    text
}

/// Adds `[library.NAME]` with a preset to the manifest, and leaves everything else in it as it is.
fn add_to_manifest(
    preset: &str,
    arguments: &AddArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let path = manifest_path(arguments.manifest_path.as_deref(), environment)?;
    let unreadable = |source| ProjectError::Unreadable { path: path.clone(), source };
    let root = path.parent().unwrap_or(Path::new("/")).canonicalize().map_err(unreadable)?;
    // Of two at once each adds to what the other one has written.
    let _lock = lock(&root).map_err(AddError::Lock)?;
    // Written where it really is, so that a link to it stays one.
    let path = path.canonicalize().map_err(unreadable)?;
    let text = read_manifest(&path).map_err(unreadable)?;
    let shown = shown(&path, environment);
    let platform = platform::host().map_err(ProjectError::Platform)?;
    let surroundings = Surroundings::new(path.parent().unwrap_or(Path::new("/")));
    let known = |preset: &str| surroundings.known(preset);
    read_with(&text, &platform, &known)
        .into_result(&shown, &text)
        .map_err(ProjectError::Mistakes)?;
    let addition = Addition::new(preset, arguments)?;
    let longer = addition.made_to(&text)?;
    let mistakes = read_with(&longer, &platform, &known).mistakes;
    let no_version = |mistake: &Mistake| matches!(mistake, Mistake::NoVersion { .. });
    if addition.version.is_none() && mistakes.iter().any(no_version) {
        return Err(AddError::NoVersion { preset: addition.preset.to_owned() }.into());
    }
    if let Some(mistakes) = Mistakes::new(&shown, &longer, mistakes) {
        return Err(ProjectError::Mistakes(mistakes).into());
    }
    replace(&path, &longer)
        .map_err(|source| AddError::Write { manifest: shown.clone(), source })?;
    tell(&format!("added [library.{}] to `{shown}`\n", addition.name));
    Ok(Exit::Passed)
}

/// What is added.
struct Addition<'a> {
    preset: &'a str,
    name: &'a str,
    version: Option<&'a str>,
}

impl<'a> Addition<'a> {
    fn new(preset: &'a str, arguments: &'a AddArguments) -> Result<Self, AddError> {
        let known = preset_names();
        if !known.iter().any(|name| name == preset) {
            return Err(AddError::Unknown { preset: preset.to_owned(), known });
        }
        let last = preset.rsplit('/').next().unwrap_or(preset);
        let name = arguments.name.as_deref().unwrap_or(last);
        Ok(Self { preset, name, version: arguments.version.as_deref() })
    }

    /// The manifest `text` with the library in it, after those that it has.
    fn made_to(&self, text: &str) -> Result<String, AddError> {
        let mut document: DocumentMut = text.parse().expect("the reader takes only what is TOML");
        let mut new_root = Table::new();
        new_root.set_implicit(true);
        let libraries = document.entry("library").or_insert(Item::Table(new_root));
        let libraries: &mut dyn TableLike =
            libraries.as_table_like_mut().expect("the reader takes only a table");
        for (name, library) in libraries.iter() {
            if library.get("preset").and_then(Item::as_str) == Some(self.preset) {
                let preset = self.preset.to_owned();
                return Err(AddError::There { name: name.to_owned(), preset });
            }
        }
        if libraries.contains_key(self.name) {
            return Err(AddError::NameTaken { name: self.name.to_owned() });
        }
        let mut library = Table::new();
        library.decor_mut().set_prefix(if text.trim().is_empty() { "" } else { "\n" });
        library.insert("preset", value(self.preset));
        if let Some(version) = self.version {
            library.insert("version", value(version));
        }
        libraries.insert(self.name, Item::Table(library));
        Ok(document.to_string())
    }
}

/// Why nothing was added.
#[derive(Debug)]
enum AddError {
    Unknown {
        preset: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A library has the preset.
    There {
        name: String,
        preset: String,
    },
    NameTaken {
        name: String,
    },
    NoVersion {
        preset: String,
    },
    Lock(io::Error),
    Write {
        manifest: String,
        source: io::Error,
    },
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { preset, .. } => write!(f, "unknown preset `{preset}`"),
            Self::There { name, preset } => {
                write!(f, "library `{name}` has the preset `{preset}` already")
            }
            Self::NameTaken { name } => write!(f, "another library is called `{name}` already"),
            Self::NoVersion { preset } => {
                write!(f, "nothing in the project says which version of `{preset}` it uses")
            }
            Self::Lock(source) => write!(f, "cannot lock `{LOCK}`: {source}"),
            Self::Write { manifest, source } => write!(f, "cannot write `{manifest}`: {source}"),
        }
    }
}

impl std::error::Error for AddError {}

impl Ends for AddError {}

impl Diagnostic for AddError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::There { .. } => {
                Some(Box::new("nothing was changed; its own keys override what the preset says"))
            }
            Self::NameTaken { .. } => Some(Box::new("`--name NAME` calls this one otherwise")),
            Self::NoVersion { preset } => {
                Some(Box::new(format!("`probe add {preset} --version VERSION`")))
            }
            Self::Unknown { preset, known } => {
                let word = preset.to_lowercase();
                let near: Vec<&str> =
                    known.iter().map(String::as_str).filter(|name| name.contains(&word)).collect();
                Some(Box::new(if near.is_empty() {
                    format!("there are `{}`; `probe add --list` says more", known.join("`, `"))
                } else {
                    format!("did you mean `{}`?", near.join("`, or `"))
                }))
            }
            Self::Lock(_) | Self::Write { .. } => None,
        }
    }
}
