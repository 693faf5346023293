//! Finds the modules that a source's text asks for. Knows no file but the text, and resolves nothing.

mod import;
mod python;
mod script;
mod script_tokens;
mod settings;
mod sql;

pub(super) use import::Import;
pub(super) use settings::{is_configuration, settings};

/// The language of a source, as far as its imports are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// JavaScript and TypeScript, with or without JSX.
    Script,
    /// Python.
    Python,
}

impl Language {
    /// The language that a file is written in, by its name.
    pub(super) fn of(file: &str) -> Option<Self> {
        let (_, extension) = file.rsplit_once('.')?;
        let name = file.rsplit('/').next().unwrap_or(file);
        if name == "jest.config.json" || name == "jest-preset.json" {
            // Its keys are those of a script.
            return Some(Self::Script);
        }
        match extension {
            "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" => Some(Self::Script),
            "py" => Some(Self::Python),
            _ => None,
        }
    }

    /// Everything that `text` asks for, in the order of the text.
    pub(super) fn imports(self, text: &str) -> Vec<Import> {
        match self {
            Self::Script => script::imports(text),
            Self::Python => python::imports(text),
        }
    }
}
