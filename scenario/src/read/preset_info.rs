//! Descriptions of presets for a list of them.

use toml::de::DeTable;

use super::preset::{Presets, texts};

/// A preset, for a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetInfo {
    /// Its name, as in `preset = "NAME"`.
    pub name: String,
    /// How its library is made.
    pub made: Made,
    /// The packages, modules and statements that show that a project needs it.
    pub recognised_by: Vec<String>,
}

/// How the library of a preset is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// probe downloads it.
    Download,
    /// A command of its package makes it.
    Command,
    /// The first test that needs it makes it.
    Test,
}

impl Made {
    /// A short description.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Download => "probe downloads it",
            Self::Command => "its installer runs once",
            Self::Test => "one test goes first",
        }
    }

    fn of(table: &DeTable<'static>) -> Self {
        if table.contains_key("command") {
            Self::Command
        } else if table.contains_key("leader") {
            Self::Test
        } else {
            Self::Download
        }
    }
}

/// All presets, by name.
#[must_use]
pub fn presets() -> Vec<PresetInfo> {
    let tables = Presets::known().tables("library");
    let info = tables.map(|(name, table)| PresetInfo {
        name: name.to_owned(),
        made: Made::of(table),
        recognised_by: texts(table, "detect").iter().map(|pattern| readable(pattern)).collect(),
    });
    info.collect()
}

/// A pattern of `detect` without the regular-expression syntax at its ends.
fn readable(pattern: &str) -> String {
    let mut text = pattern.trim_start_matches('^');
    for end in ["(@|/|$)", r"(\.|$)", "(/|$)", "$", "@"] {
        text = text.strip_suffix(end).unwrap_or(text);
    }
    text.replace(r"\.", ".").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_each_preset_as_people_write_it() {
        let presets = presets();
        assert!(presets.len() > 30, "{}", presets.len());
        let find =
            |name: &str| presets.iter().find(|preset| preset.name == name).expect("it is there");
        let sqlite = find("@db/sqlite");
        assert_eq!(sqlite.made, Made::Download);
        assert_eq!(sqlite.recognised_by, ["jsr:@db/sqlite", "https://deno.land/x/sqlite3"]);
        assert_eq!(find("playwright").made, Made::Command);
        assert_eq!(
            find("selenium").recognised_by,
            ["npm:selenium-webdriver", "python:selenium", "pypi:selenium"]
        );
        for preset in &presets {
            assert!(!preset.recognised_by.is_empty(), "{}", preset.name);
            assert!(preset.recognised_by.iter().all(|by| !by.contains(['\\', '^'])), "{preset:?}");
        }
    }
}
