//! URLs: which ones may be requested, where a redirect may lead, and which parts may be shown. It does not know connections.

use ureq::http::HeaderMap;
use ureq::http::header::LOCATION;
use url::{Host, Url};

use super::failure::Failure;
use super::headers::only;
use crate::interface::{ImportCause, Refusal, without_secrets};

/// The GitHub hosts that allow more requests with a token. The other hosts of GitHub accept no token, because their URLs are
/// already signed.
pub const GITHUB_HOSTS: [&str; 4] =
    ["github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com"];

/// Returns a URL without its secret parts: user, password, the values of the query, and the fragment.
pub(crate) fn redact(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return without_secrets(url);
    };
    parsed.set_fragment(None);
    if !parsed.username().is_empty() || parsed.password().is_some() {
        // Only URLs without a host refuse, and they have no user either.
        parsed.set_username("").ok();
        parsed.set_password(None).ok();
    }
    if parsed.query().is_some() {
        parsed.set_query(Some("…"));
        return parsed.to_string().replace("%E2%80%A6", "…");
    }
    parsed.to_string()
}

/// Whether a URL leads to this machine, as far as its host shows.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn permit(url: &Url, pinned: bool) -> Result<(), Failure> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) || pinned => Ok(()),
        "http" => Err(ImportCause::Refused(Refusal::Plain).into()),
        _ => Err(ImportCause::Refused(Refusal::Unsupported).into()),
    }
}

pub(super) fn follow(url: &Url, headers: &HeaderMap) -> Result<Url, Failure> {
    let unclear = || ImportCause::Network("a redirect to nowhere".to_owned());
    let next = only(headers, &LOCATION)
        .and_then(|location| url.join(location).ok())
        .ok_or_else(unclear)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(ImportCause::Refused(Refusal::Downgrade).into());
    }
    Ok(next)
}

/// Whether a host is a GitHub host that may get a token.
pub(super) fn is_github(url: &Url) -> bool {
    url.host_str().is_some_and(|host| GITHUB_HOSTS.contains(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        for (url, shown) in [
            ("https://h/lib.so", "https://h/lib.so"),
            ("https://me:word@h/lib.so", "https://h/lib.so"),
            ("https://h/lib.so?token=abc", "https://h/lib.so?…"),
            ("https://h/lib.so#token", "https://h/lib.so"),
            ("https://me:word@h:port/lib.so#token", "https://…@h:port/lib.so#…"),
            ("no url", "no url"),
        ] {
            assert_eq!(redact(url), shown);
        }
    }

    #[test]
    fn hosts_are_asked_for_by_their_ascii_names() {
        for (url, host) in [
            ("https://bücher.example/f", "xn--bcher-kva.example"),
            // Capitals, a letter in two parts, and a full stop of another script are the same name.
            ("https://BU\u{308}CHER.example/f", "xn--bcher-kva.example"),
            ("https://bücher。example/f", "xn--bcher-kva.example"),
            ("https://straße.example/f", "xn--strae-oqa.example"),
            ("https://例え.テスト/f", "xn--r8jz45g.xn--zckzah"),
            ("https://موقع.example/f", "xn--4gbrim.example"),
            ("https://xn--bcher-kva.example/f", "xn--bcher-kva.example"),
        ] {
            assert_eq!(Url::parse(url).expect("url").host_str(), Some(host), "{url}");
        }
        // A label that mixes directions, and one that starts with a mark that joins.
        for url in ["https://aموقع.example/f", "https://\u{308}a.example/f"] {
            assert!(Url::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn plain_http_needs_the_loopback_host_or_a_digest() {
        for (url, pinned, allowed) in [
            ("https://h/f", false, true),
            ("http://h/f", false, false),
            ("http://h/f", true, true),
            ("http://localhost:80/f", false, true),
            ("http://127.0.0.2/f", false, true),
            ("http://[::1]/f", false, true),
            ("http://localhost.example.org/f", false, false),
            ("ftp://h/f", true, false),
            ("file:///f", true, false),
        ] {
            let url_ = Url::parse(url).expect("url");
            assert_eq!(permit(&url_, pinned).is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn a_redirect_may_not_leave_https() {
        let check = |from: &str, to: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, to.parse().expect("header"));
            follow(&Url::parse(from).expect("url"), &headers).map(String::from).ok()
        };
        assert_eq!(check("https://h/a/b", "../c"), Some("https://h/c".to_owned()));
        assert_eq!(check("http://h/a", "https://i/"), Some("https://i/".to_owned()));
        assert_eq!(check("http://h/a", "http://i/"), Some("http://i/".to_owned()));
        assert_eq!(check("https://h/a", "http://h/a"), None);
        assert_eq!(check("https://h/a", "//i/a"), Some("https://i/a".to_owned()));
    }
}
