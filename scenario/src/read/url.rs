//! Decides whether a text is a URL or a path, and whether it is valid. Fetches nothing.

use crate::BadUrl;

/// Where the bytes of a library are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// `http://…` or `https://…`.
    Url(String),
    /// A path of this machine.
    Path(String),
}

/// Reads a `url`. Without `://` it is a path.
pub(super) fn location(text: &str) -> Result<Location, BadUrl> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok(Location::Path(text.to_owned()));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                Err(BadUrl::Character)
            } else if host.is_empty() || host.starts_with(':') {
                Err(BadUrl::Host)
            } else {
                Ok(Location::Url(text.to_owned()))
            }
        }
        "file" if rest.starts_with('/') => Ok(Location::Path(rest.to_owned())),
        "file" => Err(BadUrl::Relative),
        _ => Err(BadUrl::Scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::{Location, location};
    use crate::BadUrl;

    #[test]
    fn urls_lead_to_a_host_or_to_an_absolute_file() {
        let url = |text: &str| assert_eq!(location(text), Ok(Location::Url(text.to_owned())));
        url("https://example.org/a.zip");
        url("http://127.0.0.1:8000/a?b#c");
        url("https://user:secret@example.org/a");
        let check = |text, expected| assert_eq!(location(text), Err(expected), "for `{text}`");
        check("ftp://example.org/a", BadUrl::Scheme);
        check("https:///a", BadUrl::Host);
        check("https://:80/a", BadUrl::Host);
        check("https://user@/a", BadUrl::Host);
        check("https://example.org/a b", BadUrl::Character);
        check("file://host/a", BadUrl::Relative);
    }

    #[test]
    fn everything_else_is_a_path() {
        let check =
            |text, path: &str| assert_eq!(location(text), Ok(Location::Path(path.to_owned())));
        check("build/lib.so", "build/lib.so");
        check("~/lib.so", "~/lib.so");
        check("C:\\lib.dll", "C:\\lib.dll");
        check("file:///opt/lib.so", "/opt/lib.so");
    }
}
