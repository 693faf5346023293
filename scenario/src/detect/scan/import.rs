//! The result of every scanner: imports, each with its line. Knows no language.

/// One place that asks for a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Import {
    /// The 1-based line.
    pub(in crate::detect) line: usize,
    /// The requested module as written. For Python's `from a import b`, both `a` and `a.b`.
    pub(in crate::detect) specifier: String,
}

/// Line numbers for places that are asked for from the start to the end: one pass over the text in all.
pub(super) struct LineCounter<'t> {
    bytes: &'t [u8],
    counted: usize,
    line: usize,
}

impl<'t> LineCounter<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), counted: 0, line: 1 }
    }

    /// The 1-based line of the byte `at`.
    pub(super) fn line(&mut self, at: usize) -> usize {
        if at > self.counted {
            let passed = &self.bytes[self.counted..at.min(self.bytes.len())];
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
            self.counted = at;
        }
        self.line
    }
}

/// Specifiers with their lines, for tests: `1 a, 2 b`.
#[cfg(test)]
pub(super) fn shown(imports: &[Import]) -> String {
    let shown = imports.iter().map(|import| format!("{} {}", import.line, import.specifier));
    shown.collect::<Vec<_>>().join(", ")
}
