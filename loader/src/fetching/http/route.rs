//! How a request reaches its host: through which proxy, and with which credentials. It does not know the environment or netrc
//! files: the caller reads them.

use data_encoding::BASE64;
use ureq::Proxy;
use url::Url;

use super::address::is_loopback;
use crate::interface::{Credential, ImportCause, Proxies, ProxyName, Refusal};

/// A proxy on the way to a host.
pub(super) struct Via {
    pub(super) proxy: Proxy,
    pub(super) name: ProxyName,
}

/// Returns the proxy for a URL, if there is one.
pub(super) fn proxy(proxies: &Proxies, url: &Url) -> Result<Option<Via>, ImportCause> {
    let address = if url.scheme() == "https" { &proxies.https } else { &proxies.http };
    match (address, url.host_str()) {
        (Some(address), Some(host))
            if !is_direct(&proxies.bypass, host, url.port_or_known_default()) =>
        {
            let origin = address.origin.clone();
            let Ok(proxy) = Proxy::new(&address.url) else {
                return Err(ImportCause::Refused(Refusal::Proxy { origin }));
            };
            // Neither its name nor its password is shown.
            let shown =
                format!("{}://{}:{}", proxy.protocol(), proxy.host(), proxy.port()).to_lowercase();
            let has_credentials = proxy.username().is_some() || proxy.password().is_some();
            let name = ProxyName { address: shown, origin, has_credentials };
            Ok(Some(Via { proxy, name }))
        }
        _ => Ok(None),
    }
}

/// Whether a host is exempt, by curl's rules for `NO_PROXY`: `*`, a host, or a domain with all its subdomains, each with or
/// without a leading dot or a port.
fn is_direct(bypass: &[String], host: &str, port: Option<u16>) -> bool {
    let host = host.trim_matches(['[', ']']);
    bypass.iter().any(|rule| {
        let rule = rule.trim().to_ascii_lowercase();
        let (name, only) = match rule.rsplit_once(':') {
            // More than one colon is an IPv6 address.
            Some((name, digits)) if !name.contains(':') => (name, digits.parse().ok()),
            _ => (&*rule, None),
        };
        let name = name.trim_start_matches('.').trim_matches(['[', ']']);
        let below = host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        !name.is_empty()
            && (name == "*" || host == name || below)
            && only.is_none_or(|only| port == Some(only))
    })
}

/// Returns the `Authorization` header for a URL: from its own user and password, else from the credential for its host. Compares
/// full host names, so a redirect takes no credentials to another host. Without encryption it sends them only to this machine.
pub(super) fn authorization(credentials: &[Credential], url: &Url) -> Option<String> {
    let (user, password) = if url.username().is_empty() {
        let host = url.host_str()?;
        if url.scheme() == "http" && !is_loopback(url) {
            // Anyone who listens on the way could read it.
            return None;
        }
        let known = credentials.iter().find(|known| known.host.eq_ignore_ascii_case(host))?;
        (known.user.clone(), known.password.clone())
    } else {
        let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        (
            decode(url.username()).into_owned(),
            decode(url.password().unwrap_or_default()).into_owned(),
        )
    };
    Some(format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::ProxyAddress;

    #[test]
    fn exempt_hosts_are_those_of_no_proxy() {
        for (rule, url, direct) in [
            ("*", "http://example.org/", true),
            ("example.org", "http://example.org/", true),
            ("Example.org", "http://a.example.org/", true),
            (".example.org", "http://a.b.example.org/", true),
            (".example.org", "http://example.org/", true),
            ("example.org", "http://notexample.org/", false),
            ("example.org", "http://example.org.uk/", false),
            ("example.org:8080", "http://example.org:8080/", true),
            ("example.org:8080", "http://example.org/", false),
            ("example.org:443", "https://example.org/", true),
            ("127.0.0.1", "http://127.0.0.1:9/", true),
            ("::1", "http://[::1]/", true),
            ("[::1]", "http://[::1]/", true),
            ("", "http://example.org/", false),
        ] {
            let proxies = Proxies {
                http: Some("http://proxy.invalid:3128".to_owned().into()),
                https: Some("http://proxy.invalid:3128".to_owned().into()),
                bypass: vec!["other.invalid".to_owned(), rule.to_owned()],
            };
            let url_ = Url::parse(url).expect("url");
            let proxy = proxy(&proxies, &url_).expect("a good proxy");
            assert_eq!(proxy.is_none(), direct, "`{rule}` for {url}");
        }
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let proxies =
            Proxies { https: Some("http://p.invalid:1".to_owned().into()), ..Proxies::default() };
        for (url, through) in [("https://h/", true), ("http://h/", false)] {
            let url = Url::parse(url).expect("url");
            assert_eq!(proxy(&proxies, &url).expect("a good proxy").is_some(), through);
        }
        let bad = Proxies { http: Some("ftp://p".to_owned().into()), ..Proxies::default() };
        assert!(proxy(&bad, &Url::parse("http://h/").expect("url")).is_err());
    }

    #[test]
    fn a_proxy_is_shown_without_its_secrets() {
        for (url, shown) in [
            ("http://me:secret@p.invalid:3128/", "http://p.invalid:3128"),
            ("p.invalid", "http://p.invalid:80"),
            ("socks5://me:secret@p.invalid", "socks5://p.invalid:1080"),
        ] {
            let address: ProxyAddress = url.to_owned().into();
            assert!(!format!("{address:?}").contains("secret"));
            let proxies = Proxies { http: Some(address), ..Proxies::default() };
            let via = proxy(&proxies, &Url::parse("http://h/").expect("url"));
            assert_eq!(via.expect("good").expect("a proxy").name.address, shown);
        }
    }

    #[test]
    fn credentials_are_for_their_host_alone() {
        let known = [Credential {
            host: "example.org".to_owned(),
            user: "me".to_owned(),
            password: "pass:word".to_owned(),
        }];
        for (url, header) in [
            ("https://example.org/f", Some("Basic bWU6cGFzczp3b3Jk")),
            ("https://EXAMPLE.org:8443/f", Some("Basic bWU6cGFzczp3b3Jk")),
            ("https://a.example.org/f", None),
            ("http://example.org/f", None),
            // user `a b`, password `c`
            ("https://a%20b:c@example.org/f", Some("Basic YSBiOmM=")),
        ] {
            let url = Url::parse(url).expect("url");
            assert_eq!(authorization(&known, &url).as_deref(), header, "{url}");
        }
    }
}
