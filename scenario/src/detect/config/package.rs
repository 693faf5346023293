//! `package.json`: dependencies by name, and its own `#` names.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;

use super::json::{Document, texts};
use crate::detect::scan::settings;

/// The tables of dependencies. An earlier one wins.
const TABLES: [&str; 4] =
    ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// The content of one file.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct Package {
    dependencies: Vec<Dependency>,
    /// `imports`: names that begin with `#`, and the first file or package that they may stand for.
    pub(in crate::detect) imports: Vec<(String, String, usize)>,
    /// The modules that its settings for Jest name, with their lines.
    pub(in crate::detect) jest: Vec<(String, usize)>,
}

/// A dependency as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Dependency {
    /// The name by which it is imported.
    pub(in crate::detect) name: String,
    /// The requested version: `^11.1.0`, or `npm:other@1`.
    pub(in crate::detect) wanted: String,
    /// The 1-based line.
    pub(in crate::detect) line: usize,
}

impl Package {
    pub(in crate::detect) fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document = Document::parse(text);
        let Some(root) = document.root() else {
            return Self::default();
        };
        let dependencies = TABLES.iter().flat_map(|table| texts(root, table));
        let dependencies = dependencies.map(|(name, wanted)| Dependency {
            name: name.to_owned(),
            wanted: wanted.value.to_string(),
            line: document.line(wanted),
        });
        let imports = root.get_object("imports").into_iter().flat_map(|object| &object.properties);
        let imports = imports.filter_map(|import| {
            let target = first_text(&import.value, 0)?;
            Some((import.name.as_str().to_owned(), target, document.line(&import.value)))
        });
        let jest = root.get_object("jest").map(|jest| {
            let first = document.line(jest) - 1;
            let settings = settings(&text[jest.start()..jest.end()]);
            settings.into_iter().map(|setting| (setting.specifier, first + setting.line)).collect()
        });
        Self {
            dependencies: dependencies.collect(),
            imports: imports.collect(),
            jest: jest.unwrap_or_default(),
        }
    }

    /// The dependency that is imported as `name`.
    pub(in crate::detect) fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| dependency.name == name)
    }
}

/// The target of an entry, or its first condition that has one.
fn first_text(value: &Value<'_>, depth: usize) -> Option<String> {
    match value {
        Value::StringLit(text) => Some(text.value.to_string()),
        // Conditions are nested two or three deep; more is no package.
        Value::Object(conditions) if depth < 8 => {
            let mut conditions = conditions.properties.iter();
            conditions.find_map(|condition| first_text(&condition.value, depth + 1))
        }
        _ => None,
    }
}
