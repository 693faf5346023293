//! Hides the secret parts of a URL: user and password, query and fragment. It hides too much rather than too little. It does not
//! know whether the URL leads anywhere.

/// Stands for a hidden part.
const HIDDEN: &str = "…";

/// Returns a text with the secret parts of its URLs hidden.
pub(crate) fn without_secrets(text: &str) -> String {
    let is_in_url = |c: char| !c.is_whitespace() && !c.is_control() && !"\"'`<>\\".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find("://") {
        let (before, url) = rest.split_at(found + "://".len());
        shown.push_str(before);
        let end = url.find(|c| !is_in_url(c)).unwrap_or(url.len());
        let (url, after) = url.split_at(end);
        push_shown(&mut shown, url);
        rest = after;
    }
    shown + rest
}

/// Appends the public parts of a URL, which is given without its scheme.
fn push_shown(shown: &mut String, url: &str) {
    let authority = url.find(['/', '?', '#']).unwrap_or(url.len());
    let has_port = match url[..authority].rsplit_once(':') {
        Some((_, port)) => port.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit()),
        None => true,
    };
    // A password that is not encoded may contain `/`, `?` or `#`.
    let user = url[..authority].rfind('@').or_else(|| url.rfind('@').filter(|_| !has_port));
    let url = match user {
        Some(user) => {
            shown.push_str(HIDDEN);
            &url[user..]
        }
        None if has_port => url,
        // The host is missing.
        None => {
            shown.push_str(&url[..url.find(':').map_or(0, |colon| colon + 1)]);
            shown.push_str(HIDDEN);
            &url[authority..]
        }
    };
    let path = url.find(['?', '#']).unwrap_or(url.len());
    shown.push_str(&url[..path]);
    if let Some(mark) = url[path..].chars().next() {
        shown.push(mark);
        if path + 1 < url.len() {
            shown.push_str(HIDDEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_query_and_fragment_are_hidden() {
        for (text, expected) in [
            ("https://example.org:80/@a/b.zip", "https://example.org:80/@a/b.zip"),
            ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
            ("https://me:s@cret@example.org/a?t=1#x", "https://…@example.org/a?…"),
            ("https://example.org/a#token", "https://example.org/a#…"),
            ("https://me:se/c?r#et@example.org/a", "https://…@example.org/a"),
            ("https://me:secret/a?b", "https://me:…/a?…"),
            ("curl 'https://h/x?sig=1' https://a@b", "curl 'https://h/x?…' https://…@b"),
            ("no URL", "no URL"),
        ] {
            assert_eq!(without_secrets(text), expected, "{text}");
        }
    }
}
