//! Turns errors of TOML syntax into mistakes. Knows nothing of what the tables mean.

use toml::de::Error;

use crate::{Mistake, Span};

/// How the parser calls a key or a table that is there already.
const DUPLICATE: &str = "duplicate key";

/// The parser's errors, without those that only follow from a table that exists twice: each key that both have.
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

/// How the parser says that something has no end, and that something cannot be within it.
const UNCLOSED: [(&str, &[&str]); 2] = [
    ("unclosed array", &["array"]),
    ("unclosed inline table", &["inline table", "key-value pairs"]),
];

/// The mistakes, in the order of the text, without those that only follow from an unclosed bracket: the parser reads all text
/// after it as its content. Keeps only the first place that cannot be content.
pub(super) fn without_followers(text: &str, mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    let unclosed = mistakes.iter().find_map(|mistake| match mistake {
        Mistake::Syntax { message, .. } => {
            let (_, within) = UNCLOSED.iter().find(|(start, _)| message.starts_with(start))?;
            Some((message.clone(), *within))
        }
        _ => None,
    });
    let Some((unclosed, signs)) = unclosed else { return mistakes };
    let within = |mistake: &Mistake| match mistake {
        Mistake::Syntax { message, span } => {
            signs.iter().any(|sign| message.contains(sign)).then_some(*span)
        }
        _ => None,
    };
    let within = mistakes.iter().find_map(within).expect("the one that says so is one");
    let line = text[..within.start].rfind('\n').map_or(0, |end| end + 1);
    // Several things are wrong with the first line that does not belong there.
    let first = mistakes
        .iter()
        .find(|mistake| matches!(mistake, Mistake::Syntax { .. }) && mistake.span().start >= line);
    let span = first.map_or(within, Mistake::span);
    // What the table of that place lacks may have been swallowed, as may what is named elsewhere.
    let table = text[..span.start].lines().rev().find(|line| line.trim_start().starts_with('['));
    let table = table.map_or(0, |line| line.as_ptr().addr() - text.as_ptr().addr());
    mistakes.retain(|mistake| match mistake {
        Mistake::Syntax { .. } => mistake.span() < span,
        Mistake::UnknownName { .. } => false,
        _ => mistake.span().start < table,
    });
    mistakes.push(Mistake::Syntax { message: unclosed, span });
    mistakes
}

/// Whether no other table begins in `text`.
fn is_one_table(text: &str) -> bool {
    !text.lines().skip(1).any(|line| line.trim_start().starts_with('['))
}
