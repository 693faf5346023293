//! Values in quotes: how a value with commas or outer blanks is written in a selector.
//!
//! Knows neither kinds nor tests. The quotes are those of CSV, so a backslash means itself: names of tests contain it.

use std::borrow::Cow;

/// `value` as it can follow `kind:` or `kind:=` in a selector. Adds quotes only if the value has commas, has blanks at an
/// end, or begins with a quote itself.
#[must_use]
pub fn quoted_value(value: &str) -> Cow<'_, str> {
    if value.contains(',') || value.starts_with('"') || value.trim() != value {
        Cow::Owned(format!("\"{}\"", value.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(value)
    }
}

/// Splits a text after an opening quote into the value and the text after the closing quote. `None` without a closing
/// quote.
pub(super) fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        value.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                value.push('"');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_only_where_it_has_to_be() {
        for (value, expected) in [
            ("unit", "unit"),
            ("a b", "a b"),
            ("say \"hi\"", "say \"hi\""),
            ("add[1,2]", "\"add[1,2]\""),
            (" a", "\" a\""),
            ("a\u{a0}", "\"a\u{a0}\""),
            ("\"", "\"\"\"\""),
            ("\"a\",\\\"", "\"\"\"a\"\",\\\"\"\""),
        ] {
            assert_eq!(quoted_value(value), expected);
        }
    }
}
