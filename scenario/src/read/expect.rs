//! `[expect."SELECTOR"]`.

use toml::de::DeValue;

use super::context::Context;
use super::leaf;
use super::table::{Entry, Table};
use crate::{Date, Expectation, Mistake, Selector};

pub(super) fn expectation(
    context: &mut Context<'_>,
    name: &str,
    mut table: Table<'_>,
) -> Option<Expectation> {
    let span = table.span;
    let selector = match name.parse::<Selector>() {
        Ok(selector) => Some(selector),
        Err(reason) => {
            context.mistake(Mistake::Selector { reason, span });
            None
        }
    };
    let meaning = "add `outcome = \"fail\"`: what its tests may come to";
    let outcome = table.require(context, "outcome", meaning, leaf::choice);
    let meaning = "add `reason = \"…\"`: who reads a report wants to know why";
    let reason = table.require(context, "reason", meaning, leaf::filled);
    let until = table.take(context, "until", date);
    table.finish(context);
    Some(Expectation {
        selector: selector?,
        written: name.to_owned(),
        outcome: outcome?,
        reason: reason?.value,
        until,
        span,
        line: context.lines.number(span),
    })
}

/// A date of TOML, or one in a text, as other formats have it.
fn date(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Date> {
    let expected = "a date such as `2027-01-31`";
    let found = match entry.value() {
        DeValue::Datetime(found) => found.to_string(),
        DeValue::String(found) => found.to_string(),
        _ => return entry.wrong_type(context, expected),
    };
    match found.parse() {
        Ok(date) => Some(date),
        Err(_) => entry.unexpected(context, expected, format!("`{found}`").into()),
    }
}
