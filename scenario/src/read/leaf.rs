//! Single values: each function reads one shape and records one mistake. Knows no key by name.

use std::num::{NonZeroU8, NonZeroUsize};
use std::str::FromStr;
use std::time::Duration;

use regex::{Regex, RegexBuilder};
use toml::de::DeValue;

use super::context::{Context, Text};
use super::table::Entry;
use crate::text::word::UnknownWord;
use crate::{
    BadJobs, Detection, Jobs, Limit, Mistake, Named, Patterns, PlatformKey, Sha256, Slots,
    parse_duration,
};

/// The most memory that one regular expression of a manifest gets: far more than a list of names needs, and so little
/// that a manifest of nothing else is refused in no time.
const REGEX_BYTES: usize = 1 << 20;

pub(super) fn text(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Text> {
    let DeValue::String(value) = entry.value() else {
        return entry.wrong_type(context, "a string");
    };
    if value.contains('\0') {
        context.mistake(Mistake::Nul { what: entry.title(), span: entry.span() });
        return None;
    }
    Some(context.text_at(value, entry.span()))
}

/// A string in which something stands.
pub(super) fn filled(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Text> {
    let text = text(context, entry)?;
    if text.value.is_empty() {
        context.mistake(Mistake::Empty {
            what: entry.title(),
            needs: "a text that is not empty",
            span: text.span,
        });
        return None;
    }
    Some(text)
}

pub(super) fn flag(context: &mut Context<'_>, entry: Entry<'_>) -> Option<bool> {
    match entry.value() {
        DeValue::Boolean(flag) => Some(*flag),
        _ => entry.wrong_type(context, "`true` or `false`"),
    }
}

pub(super) fn detection(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Detection> {
    flag(context, entry).map(|on| if on { Detection::On } else { Detection::Off })
}

/// A whole number of at least `least`, and so small that everybody can count to it.
fn number(context: &mut Context<'_>, entry: Entry<'_>, least: u32) -> Option<u32> {
    let DeValue::Integer(integer) = entry.value() else {
        return entry.wrong_type(context, "a whole number");
    };
    let negative = integer.as_str().starts_with('-');
    let limit = match u32::from_str_radix(integer.as_str(), integer.radix()) {
        Ok(number) if number >= least => return Some(number),
        Err(_) if !negative => Limit::AtMost(u32::MAX),
        Ok(_) | Err(_) => Limit::AtLeast(least),
    };
    context.mistake(Mistake::OutOfRange {
        key: entry.key.to_owned(),
        limit,
        found: integer.to_string(),
        span: entry.span(),
    });
    None
}

pub(super) fn count(context: &mut Context<'_>, entry: Entry<'_>) -> Option<u32> {
    number(context, entry, 0)
}

/// An exit code other than 0.
pub(super) fn exit_code(context: &mut Context<'_>, entry: Entry<'_>) -> Option<NonZeroU8> {
    let code = number(context, entry, 1)?;
    let code_as_is = u8::try_from(code).ok().and_then(NonZeroU8::new);
    if code_as_is.is_none() {
        context.mistake(Mistake::OutOfRange {
            key: entry.key.to_owned(),
            limit: Limit::AtMost(u8::MAX.into()),
            found: code.to_string(),
            span: entry.span(),
        });
    }
    code_as_is
}

pub(super) fn positive(context: &mut Context<'_>, entry: Entry<'_>) -> Option<NonZeroUsize> {
    let number = number(context, entry, 1)?;
    NonZeroUsize::new(number as usize)
}

pub(super) fn jobs(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Jobs> {
    let jobs = match entry.value() {
        DeValue::String(text) => Jobs::of_word(text),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(Err(BadJobs::TooMany), Jobs::of_number),
        _ => return entry.wrong_type(context, "a number or a text such as `\"50%\"`"),
    };
    match jobs {
        Ok(jobs) => Some(jobs),
        Err(reason) => {
            let found = match entry.value() {
                DeValue::String(text) => format!("`{text}`"),
                DeValue::Integer(integer) => integer.to_string(),
                _ => unreachable!("no other value was read"),
            };
            let key = entry.key.to_owned();
            context.mistake(Mistake::Jobs { key, found, reason, span: entry.span() });
            None
        }
    }
}

pub(super) fn slots(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Slots> {
    let expected = "a number or `\"all\"`";
    match entry.value() {
        DeValue::String(text) if text == "all" => Some(Slots::All),
        DeValue::String(text) => entry.unexpected(context, expected, format!("`{text}`").into()),
        DeValue::Integer(_) => positive(context, entry).map(Slots::Count),
        _ => entry.wrong_type(context, expected),
    }
}

pub(super) fn duration(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Duration> {
    let DeValue::String(found) = entry.value() else {
        return entry.wrong_type(context, "a duration such as `\"90s\"`");
    };
    match parse_duration(found) {
        Ok(duration) => Some(duration),
        Err(reason) => {
            context.mistake(Mistake::Duration {
                key: entry.key.to_owned(),
                found: found.to_string(),
                reason,
                span: entry.span(),
            });
            None
        }
    }
}

/// A duration after which something ends, so that zero would leave no time for it.
pub(super) fn time_limit(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Duration> {
    let limit = duration(context, entry)?;
    if limit.is_zero() {
        context.mistake(Mistake::NoTime { key: entry.key.to_owned(), span: entry.span() });
        return None;
    }
    Some(limit)
}

pub(super) fn choice<T: FromStr<Err = UnknownWord>>(
    context: &mut Context<'_>,
    entry: Entry<'_>,
) -> Option<T> {
    let text = text(context, entry)?;
    match text.value.parse() {
        Ok(choice) => Some(choice),
        Err(UnknownWord { what, found, known }) => {
            context.mistake(Mistake::Choice { what, found, known, span: text.span });
            None
        }
    }
}

pub(super) fn platform(context: &mut Context<'_>, entry: Entry<'_>) -> Option<PlatformKey> {
    let text = text(context, entry)?;
    platform_key(context, &text.value, text.span)
}

pub(super) fn platform_key(
    context: &mut Context<'_>,
    key: &str,
    span: crate::Span,
) -> Option<PlatformKey> {
    match key.parse() {
        Ok(platform) => Some(platform),
        Err(UnknownWord { found, .. }) => {
            context.mistake(Mistake::UnknownPlatform { found, span });
            None
        }
    }
}

pub(super) fn digest(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Sha256> {
    let text = text(context, entry)?;
    match text.value.parse() {
        Ok(digest) => Some(digest),
        Err(reason) => {
            context.mistake(Mistake::Digest { reason, span: text.span });
            None
        }
    }
}

pub(super) fn regex(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Regex> {
    let text = text(context, entry)?;
    match RegexBuilder::new(&text.value).size_limit(REGEX_BYTES).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let message = error.to_string();
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it needs more than 1 MiB",
                // The message draws the pattern over several lines; the last one says why.
                _ => message.lines().last().unwrap_or(&message),
            };
            context.mistake(Mistake::Regex {
                reason: reason.trim_start_matches("error: ").to_owned(),
                span: text.span,
            });
            None
        }
    }
}

/// Reads each element of a list on its own, so that one mistake hides no other.
pub(super) fn list<T>(
    read: impl Fn(&mut Context<'_>, Entry<'_>) -> Option<T>,
) -> impl Fn(&mut Context<'_>, Entry<'_>) -> Option<Vec<T>> {
    move |context, entry| {
        let Some(elements) = entry.elements() else {
            return entry.wrong_type(context, "a list");
        };
        Some(elements.into_iter().filter_map(|element| read(context, element)).collect())
    }
}

/// A list that has an element.
pub(super) fn filled_list<T>(
    read: impl Fn(&mut Context<'_>, Entry<'_>) -> Option<T>,
) -> impl Fn(&mut Context<'_>, Entry<'_>) -> Option<Vec<T>> {
    let any = list(read);
    move |context, entry| {
        if entry.elements().is_some_and(|elements| elements.is_empty()) {
            context.mistake(Mistake::Empty {
                what: entry.title(),
                needs: "at least one element",
                span: entry.span(),
            });
            return None;
        }
        any(context, entry)
    }
}

pub(super) fn patterns(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Patterns> {
    let texts = filled_list(filled)(context, entry)?;
    Some(compile(context, texts))
}

/// Like `patterns`, but the list may be empty.
pub(super) fn patterns_or_none(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Patterns> {
    let texts = list(filled)(context, entry)?;
    Some(compile(context, texts))
}

/// Compiles patterns that were read as texts.
pub(super) fn compile(context: &mut Context<'_>, texts: Vec<Text>) -> Patterns {
    let texts: Vec<_> = texts.into_iter().map(|text| (text.value, text.span)).collect();
    let (patterns, refused) = Patterns::compile(texts.clone());
    for (position, reason) in refused {
        let (pattern, span) = texts[position].clone();
        context.mistake(Mistake::Pattern { pattern, reason, span });
    }
    patterns
}

pub(super) fn tags(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for tag in list(text)(context, entry)? {
        if !is_label(&tag.value, |c| c == '/') {
            context.mistake(Mistake::Name { of: Named::Tag, name: tag.value, span: tag.span });
        } else if !tags.contains(&tag.value) {
            tags.push(tag.value);
        }
    }
    Some(tags)
}

/// The variables of an `env` table, in the order of the text.
pub(super) fn variables(
    context: &mut Context<'_>,
    entry: Entry<'_>,
) -> Option<Vec<(String, Text)>> {
    let table = entry.table(context, String::new())?;
    let mut variables = Vec::new();
    for variable in table.into_entries() {
        if variable.key.is_empty() || variable.key.contains(['=', '\0']) {
            context.mistake(Mistake::Name {
                of: Named::Variable,
                name: variable.key.to_owned(),
                span: variable.key_span,
            });
        } else if let Some(value) = text(context, variable) {
            variables.push((variable.key.to_owned(), value));
        }
    }
    Some(variables)
}

/// Whether a name has only letters, digits, `_`, `.`, `-` and characters that `also` allows, and begins with a letter or a
/// digit.
pub(super) fn is_label(name: &str, also: impl Fn(char) -> bool) -> bool {
    name.starts_with(|c: char| c.is_alphanumeric())
        && name.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c) || also(c))
}
