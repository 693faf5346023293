//! Hides secrets in the URLs of a text: user and password, query and fragment. Each may contain a token.
//!
//! A text is anything that people write: a manifest, a command, a message. In doubt, hides too much. Does not know whether
//! a URL is valid.

use std::borrow::Cow;
use std::ops::Range;

/// Replaces each secret.
const HIDDEN: &str = "…";

/// `text` with `…` in place of the secrets in its URLs.
#[must_use]
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    replaced(text, |_| HIDDEN.to_owned())
}

/// Replaces each byte of a secret with `*`, so that positions in the text do not change.
#[must_use]
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    replaced(text, |secret| "*".repeat(secret.len()))
}

fn replaced(text: &str, by: impl Fn(&str) -> String) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for secret in secrets {
        shown.push_str(&text[from..secret.start]);
        shown.push_str(&by(&text[secret.clone()]));
        from = secret.end;
    }
    shown.push_str(&text[from..]);
    shown.into()
}

/// Where secrets may be in the URLs of a text, in its order.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("://") {
        let has_scheme = text[..at + found].ends_with(|c: char| c.is_ascii_alphanumeric());
        let start = at + found + "://".len();
        let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let before = text[..at + found].trim_end_matches(scheme);
        let length = match before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) {
            // A blank in it is a mistake, and what follows may still be a secret.
            Some(quote) => text[start..].find([quote, '\n']),
            None => text[start..].find(ends_url),
        };
        let length = length.unwrap_or(text.len() - start);
        if has_scheme {
            for part in of_url(&text[start..start + length]) {
                let secret = start + part.start..start + part.end;
                // One URL may be in another one.
                let known = secrets.last().map_or(0, |last: &Range<usize>| last.end);
                if !secret.is_empty() && secret.start >= known {
                    secrets.push(secret);
                }
            }
        }
        at = start;
    }
    secrets
}

/// Whether a URL in a text ends before this.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\')
}

/// The secrets of a URL without its scheme.
fn of_url(url: &str) -> Vec<Range<usize>> {
    let end_of_authority = url.find(['/', '?', '#']).unwrap_or(url.len());
    let authority = &url[..end_of_authority];
    let mut secrets = Vec::new();
    let from = match (authority.rfind('@'), url.rfind('@')) {
        // A password that was not written as URLs want it has a `/`, `?` or `#`.
        (None, _) if has_port_at_most(authority) => 0,
        (Some(at), _) | (None, Some(at)) => {
            secrets.push(0..at);
            at
        }
        // Or the host is missing.
        (None, None) => {
            secrets.push(authority.find(':').map_or(0, |colon| colon + 1)..authority.len());
            authority.len()
        }
    };
    // The marks themselves stay: that there is a query is no secret.
    if let Some(mark) = url[from..].find(['?', '#']).map(|found| from + found) {
        let fragment = url[mark..].find('#').map(|found| mark + found);
        secrets.push((mark + 1).min(fragment.unwrap_or(usize::MAX))..fragment.unwrap_or(url.len()));
        secrets.extend(fragment.map(|fragment| fragment + 1..url.len()));
    }
    secrets
}

/// Whether the text after a host is empty, or `:` and a port.
fn has_port_at_most(authority: &str) -> bool {
    match authority.rsplit_once(':') {
        // An address in brackets has colons of its own.
        Some((_, port)) if !port.ends_with(']') => {
            port.starts_with('{') || port.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_query_and_fragment_are_hidden() {
        for (text, expected) in [
            ("https://example.org/a.zip", "https://example.org/a.zip"),
            ("https://example.org:8080/@scope/a", "https://example.org:8080/@scope/a"),
            ("http://[::1]:80/a", "http://[::1]:80/a"),
            ("http://[::1]/a@b", "http://[::1]/a@b"),
            ("https://me:secret@example.org/a", "https://…@example.org/a"),
            ("https://token@example.org", "https://…@example.org"),
            ("https://me:s@cret@example.org/a?t=1#x", "https://…@example.org/a?…#…"),
            ("https://example.org/a?token=1&b=2", "https://example.org/a?…"),
            ("https://example.org/a#token", "https://example.org/a#…"),
            ("https://example.org?a#b", "https://example.org?…#…"),
            ("https://example.org/a?", "https://example.org/a?"),
            // Written wrongly, it is a secret all the same.
            ("https://me:se/c?r#et@example.org/a?b", "https://…@example.org/a?…"),
            ("https://me:secret/a", "https://me:…/a"),
            ("ftp://me:secret@example.org/a", "ftp://…@example.org/a"),
            (
                "see `https://a@b/c?d` and \"http://e@f/\".",
                "see `https://…@b/c?…` and \"http://…@f/\".",
            ),
            ("url = \"https://h/a b?x y\" # z", "url = \"https://h/a b?…\" # z"),
            ("curl -o x https://h/x?sig=a%2Fb&c=d; ls", "curl -o x https://h/x?… ls"),
            (":// no URL ://a@b", ":// no URL ://a@b"),
            ("FROM=https://a@b/=https://c@d/", "FROM=https://…@b/=https://…@d/"),
        ] {
            assert_eq!(without_secrets(text), expected, "{text}");
            assert_eq!(mask_secrets(text).len(), text.len(), "{text}");
        }
        assert_eq!(mask_secrets("url = \"http://ü:x@h/?y\""), "url = \"http://****@h/?*\"");
    }
}
