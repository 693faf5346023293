//! Variables that configuration files of Cargo set.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A variable that a configuration file of Cargo sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoVariable {
    /// Its name.
    pub name: String,
    /// Its value, as it is written.
    pub value: String,
    /// Whether it holds even where the environment has one of this name.
    pub is_forced: bool,
    /// Whether the value is a path from the directory that `.cargo` is in.
    pub is_relative: bool,
}

impl CargoVariable {
    /// What `[env]` of a `.cargo/config.toml` says. A text that is none says nothing: Cargo complains of it.
    #[must_use]
    pub fn of_configuration(text: &str) -> Vec<Self> {
        #[derive(Default, Deserialize)]
        struct Configuration {
            #[serde(default)]
            env: BTreeMap<String, Entry>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entry {
            Value(String),
            Table {
                value: String,
                #[serde(default)]
                force: bool,
                #[serde(default)]
                relative: bool,
            },
        }
        let configuration: Configuration = toml::from_str(text).unwrap_or_default();
        let variable = |(name, entry)| match entry {
            Entry::Value(value) => Self { name, value, is_forced: false, is_relative: false },
            Entry::Table { value, force: is_forced, relative: is_relative } => {
                Self { name, value, is_forced, is_relative }
            }
        };
        configuration.env.into_iter().map(variable).collect()
    }
}
