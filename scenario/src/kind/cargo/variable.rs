//! Variables that Cargo's configuration files set.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A variable that a Cargo configuration file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoVariable {
    /// Its name.
    pub name: String,
    /// Its value, as written.
    pub value: String,
    /// Whether it replaces a variable of this name in the environment.
    pub is_forced: bool,
    /// Whether the value is a path relative to the directory that holds `.cargo`.
    pub is_relative: bool,
}

impl CargoVariable {
    /// The variables in `[env]` of a `.cargo/config.toml`. Invalid text gives none: Cargo itself reports it.
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
