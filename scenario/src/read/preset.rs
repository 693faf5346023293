//! Built-in knowledge about libraries. It is data in `presets.toml`; nothing here knows any library by name.

use toml::Spanned as Node;
use toml::de::{DeTable, DeValue};

/// The presets as tables of a manifest.
const PRESETS: &str = include_str!("presets.toml");

/// The names of all presets, sorted.
#[must_use]
pub fn preset_names() -> Vec<String> {
    Presets::new().names().map(str::to_owned).collect()
}

/// The presets, parsed.
pub(super) struct Presets {
    root: Node<DeTable<'static>>,
}

impl Presets {
    pub(super) fn new() -> Self {
        let (root, errors) = DeTable::parse_recoverable(PRESETS);
        debug_assert!(errors.is_empty(), "the presets are TOML: {errors:?}");
        Self { root }
    }

    /// The table of the preset called `name`.
    pub(super) fn find(&self, name: &str) -> Option<&DeTable<'static>> {
        let (_, table) = self.tables().find(|(known, _)| *known == name)?;
        Some(table)
    }

    /// The names that there are, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables().map(|(name, _)| name)
    }

    fn tables(&self) -> impl Iterator<Item = (&str, &DeTable<'static>)> {
        let libraries = self.root.get_ref().values().filter_map(as_table).flatten();
        libraries.filter_map(|(name, table)| Some((name.get_ref().as_ref(), as_table(table)?)))
    }
}

fn as_table<'p>(value: &'p Node<DeValue<'static>>) -> Option<&'p DeTable<'static>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}
