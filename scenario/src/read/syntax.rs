//! What is not TOML, as mistakes. Knows nothing of what the tables mean.

use toml::de::Error;

use crate::{Mistake, Span};

/// How the parser calls a key or a table that is there already.
const DUPLICATE: &str = "duplicate key";

/// The parser's errors, without those that only follow from a table that is there twice: each key that both have.
pub(super) fn mistakes(text: &str, errors: Vec<Error>) -> Vec<Mistake> {
    let end = Span { start: text.len(), end: text.len() };
    let mut mistakes = Vec::new();
    // Where the table that is there twice begins.
    let mut twice: Option<usize> = None;
    for error in errors {
        let span = error.span().map_or(end, Span::from);
        if error.message() != DUPLICATE {
            mistakes.push(Mistake::Syntax { message: error.message().to_owned(), span });
            continue;
        }
        let since = twice.and_then(|start| text.get(start..span.start));
        if since.is_some_and(is_one_table) {
            continue;
        }
        let line = text[..span.start].rsplit('\n').next().unwrap_or_default();
        twice = line.trim_start().starts_with('[').then_some(span.start);
        let what = if twice.is_some() { "table" } else { "key" };
        let message = format!("duplicate {what} `{}`", &text[span.start..span.end]);
        mistakes.push(Mistake::Syntax { message, span });
    }
    mistakes
}

/// Whether no other table begins in `text`.
fn is_one_table(text: &str) -> bool {
    !text.lines().skip(1).any(|line| line.trim_start().starts_with('['))
}
