//! JSON with comments and trailing commas, and the lines of its values. A text in another format gives nothing.

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::Span;
use crate::text::span::Lines;

/// A parsed text.
pub(in crate::detect) struct Document<'t> {
    root: Option<Value<'t>>,
    lines: Lines,
}

impl<'t> Document<'t> {
    pub(in crate::detect) fn parse(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
        Self { root: parsed.ok().and_then(|parsed| parsed.value), lines: Lines::new(text) }
    }

    /// The object that the text is; `None` if it is something else.
    pub(in crate::detect) fn root(&self) -> Option<&Object<'t>> {
        self.root.as_ref().and_then(Value::as_object)
    }

    /// The 1-based line on which `value` begins.
    pub(in crate::detect) fn line(&self, value: &impl Ranged) -> usize {
        let start = value.start();
        self.lines.number(Span { start, end: start })
    }
}

/// The entries of `object.key` whose values are texts, in the order of the text.
pub(super) fn texts<'o, 't>(
    object: &'o Object<'t>,
    key: &str,
) -> impl Iterator<Item = (&'o str, &'o jsonc_parser::ast::StringLit<'t>)> {
    let entries = object.get_object(key).into_iter().flat_map(|object| &object.properties);
    entries.filter_map(|entry| Some((entry.name.as_str(), entry.value.as_string_lit()?)))
}
