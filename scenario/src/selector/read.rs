//! Reads selectors: terms between commas, each `[!][kind:][=]value`. Knows no test.

use std::str::FromStr;

use super::quote::unquoted;
use super::{BadSelector, Extent, Selector, SelectorKind, Sense, Term, kinds};
use crate::text::nearest::nearest;

impl FromStr for Selector {
    type Err = BadSelector;

    /// Reads `[!][kind:][=]value`, with commas between terms. A prefix counts as a kind only if it is a known one and no
    /// second colon follows it: `file::read` is a name. A value that begins with a quote ends at the next quote. It may
    /// contain anything, with `""` for a quote.
    fn from_str(text: &str) -> Result<Self, BadSelector> {
        let mut terms = Vec::new();
        let mut rest = Some(text);
        while let Some(open) = rest {
            let (term, after) = Term::read(open)?;
            terms.push(term.ok_or_else(|| BadSelector::Empty { text: text.to_owned() })?);
            rest = after;
        }
        Ok(Self { terms })
    }
}

impl Term {
    /// The first term (`None` if its value is empty), and the text after the next comma, if there is one.
    fn read(text: &str) -> Result<(Option<Self>, Option<&str>), BadSelector> {
        let trimmed = text.trim_start();
        let (sense, open) = match trimmed.strip_prefix('!') {
            Some(rest) => (Sense::HasNot, rest),
            None => (Sense::Has, trimmed),
        };
        let (kind, open) = kind(open)?;
        let (extent, open) = match open.strip_prefix('=') {
            Some(rest) => (Extent::Whole, rest),
            None => (Extent::Part, open),
        };
        let (value, after) = match open.strip_prefix('"') {
            Some(quoted) => {
                let wrong = || BadSelector::Quote { part: trimmed.to_owned() };
                let (value, rest) = unquoted(quoted).ok_or_else(wrong)?;
                let (between, after) = first(rest);
                if !between.trim().is_empty() {
                    return Err(wrong());
                }
                (value, after)
            }
            None => {
                let (value, after) = first(open);
                (value.trim_end().to_owned(), after)
            }
        };
        let value = value.to_lowercase();
        Ok(((!value.is_empty()).then_some(Self { sense, kind, extent, value }), after))
    }
}

/// The kind at the beginning of a term, and the text after it.
fn kind(text: &str) -> Result<(SelectorKind, &str), BadSelector> {
    let by_name = Ok((SelectorKind::Name, text));
    let (term, _) = first(text);
    let Some((prefix, value)) = term.trim_end().split_once(':') else { return by_name };
    if value.starts_with(':') || prefix.starts_with(['=', '"']) {
        return by_name;
    }
    match (prefix.parse(), nearest(prefix, kinds())) {
        (Ok(kind), _) => Ok((kind, &text[prefix.len() + 1..])),
        (Err(_), Some(nearest)) => {
            let (found, value) = (prefix.to_owned(), value.to_owned());
            Err(BadSelector::Kind { found, value, nearest })
        }
        (Err(_), None) => by_name,
    }
}

/// The text before the first comma, and the one after it.
fn first(text: &str) -> (&str, Option<&str>) {
    text.split_once(',').map_or((text, None), |(before, after)| (before, Some(after)))
}
