//! From a source's text to the modules that it asks for. Knows no file but the text, and resolves nothing.

mod python;
mod script;
mod script_tokens;
mod sql;

/// The language of a source, as far as its imports are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// JavaScript and TypeScript, with or without JSX.
    Script,
    /// Python.
    Python,
}

/// One place that asks for a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// The 1-based line.
    pub(super) line: usize,
    /// What it asks for, as it is written; of Python's `from a import b`, both `a` and `a.b`.
    pub(super) specifier: String,
}

impl Language {
    /// The language that a file is written in, by its name.
    pub(super) fn of(file: &str) -> Option<Self> {
        let (_, extension) = file.rsplit_once('.')?;
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

/// Line numbers for places that are asked for from the start to the end: one pass over the text in all.
struct LineCounter<'t> {
    bytes: &'t [u8],
    counted: usize,
    line: usize,
}

impl<'t> LineCounter<'t> {
    fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), counted: 0, line: 1 }
    }

    /// The 1-based line of the byte `at`.
    fn line(&mut self, at: usize) -> usize {
        if at > self.counted {
            let passed = &self.bytes[self.counted..at.min(self.bytes.len())];
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
            self.counted = at;
        }
        self.line
    }
}
