//! The presets: built-in knowledge about libraries. It is data in `presets.toml`. Nothing here knows any library by name.

use std::sync::LazyLock;

use toml::Spanned as Node;
use toml::de::{DeTable, DeValue};

/// The presets as tables of a manifest, with further keys for detection only.
const PRESETS: &str = include_str!("presets.toml");

/// They are parsed once in a process: that takes longer than to read a small manifest.
static PARSED: LazyLock<Presets> = LazyLock::new(Presets::parse);

/// What the project's own files say about a library that uses a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its version.
    pub version: String,
    /// The lock file that says so, relative to the manifest's directory.
    pub lock: String,
}

/// The names of all presets, sorted.
#[must_use]
pub fn preset_names() -> Vec<String> {
    Presets::known().names().map(str::to_owned).collect()
}

/// The current name of the preset `name`, if an earlier version of probe called it by another one.
#[must_use]
pub fn renamed_preset(name: &str) -> Option<&'static str> {
    Presets::known().alias(name)
}

/// The presets, parsed.
pub(crate) struct Presets {
    root: Node<DeTable<'static>>,
}

/// The keys of a preset for detection.
#[derive(Debug)]
pub(crate) struct Preset {
    /// Its name in a manifest.
    pub(crate) name: String,
    /// The name of a library that the preset adds by itself.
    pub(crate) library: String,
    /// Patterns of the resolved specifiers by which it is recognised.
    pub(crate) detect: Vec<String>,
    /// Environment variables, some with `=` and a value. If one of them is set (to that value), the user takes care of the
    /// library.
    pub(crate) unless: Vec<String>,
    /// Whether it only wraps others. If a lock file lists its imports, those count instead.
    pub(crate) wraps: bool,
    /// Whether its package in a lock file shows only that sources may need it. Then probe reads the sources.
    pub(crate) is_imported: bool,
    /// Whether only plug's places tell two versions of it apart, because both share one variable.
    pub(crate) is_plugged: bool,
    /// Whether something other than a download makes it, from the version in the lock file.
    pub(crate) is_made: bool,
}

impl Presets {
    /// All that there are.
    pub(crate) fn known() -> &'static Self {
        &PARSED
    }

    fn parse() -> Self {
        let (root, errors) = DeTable::parse_recoverable(PRESETS);
        debug_assert!(errors.is_empty(), "the presets are TOML: {errors:?}");
        Self { root }
    }

    /// The table of the preset called `name`, as a manifest would have it.
    pub(super) fn find(&self, name: &str) -> Option<&DeTable<'static>> {
        let name = self.alias(name).unwrap_or(name);
        let (_, table) = self.tables("library").find(|(known, _)| *known == name)?;
        Some(table)
    }

    /// The name that stands for another one.
    fn alias(&self, name: &str) -> Option<&str> {
        let (_, about) = self.tables("alias").find(|(known, _)| *known == name)?;
        about.get("of").and_then(|of| match of.get_ref() {
            DeValue::String(of) => Some(of.as_ref()),
            _ => None,
        })
    }

    /// The keys of the preset called `name` that only detection needs.
    pub(super) fn about(&self, name: &str) -> Option<&DeTable<'static>> {
        let name = self.alias(name).unwrap_or(name);
        self.tables("preset").find(|(known, _)| *known == name).map(|(_, about)| about)
    }

    /// The lead called `name`, which several presets share.
    pub(super) fn lead(&self, name: &str) -> Option<&DeTable<'static>> {
        self.tables("lead").find(|(known, _)| *known == name).map(|(_, lead)| lead)
    }

    /// All leads.
    #[cfg(test)]
    pub(super) fn leads(&self) -> impl Iterator<Item = &DeTable<'static>> {
        self.tables("lead").map(|(_, lead)| lead)
    }

    /// The names that there are, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables("library").map(|(name, _)| name)
    }

    /// Whether something else than a download makes the library of the preset called `name`.
    pub(super) fn is_made(&self, name: &str) -> bool {
        self.find(name).is_some_and(is_made)
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = Preset> {
        self.tables("library").map(|(name, table)| {
            let about = self.tables("preset").find(|(known, _)| *known == name);
            let is = |key| about.is_some_and(|(_, about)| is_true(about, key));
            let about = |key| about.map(|(_, about)| texts(about, key)).unwrap_or_default();
            Preset {
                name: name.to_owned(),
                library: about("library").pop().unwrap_or_else(|| name.to_owned()),
                detect: texts(table, "detect"),
                unless: about("unless"),
                wraps: is("wraps"),
                is_imported: is("imported"),
                is_plugged: is("plugged"),
                is_made: is_made(table),
            }
        })
    }

    pub(super) fn tables(&self, kind: &str) -> impl Iterator<Item = (&str, &DeTable<'static>)> {
        let tables = self.root.get_ref().get(kind).and_then(as_table).into_iter().flatten();
        tables.filter_map(|(name, table)| Some((name.get_ref().as_ref(), as_table(table)?)))
    }
}

fn is_made(table: &DeTable<'static>) -> bool {
    table.contains_key("command") || table.contains_key("leader")
}

pub(super) fn as_table<'p>(value: &'p Node<DeValue<'static>>) -> Option<&'p DeTable<'static>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Whether `true` stands at `key`.
pub(super) fn is_true(table: &DeTable<'static>, key: &str) -> bool {
    matches!(table.get(key).map(Node::get_ref), Some(DeValue::Boolean(true)))
}

/// The text at `key`, or the texts of the list there.
pub(super) fn texts(table: &DeTable<'static>, key: &str) -> Vec<String> {
    let text = |value: &Node<DeValue<'static>>| match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    };
    match table.get(key).map(|value| (value, value.get_ref())) {
        Some((_, DeValue::Array(values))) => values.iter().filter_map(text).collect(),
        Some((value, _)) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}
