//! One HTTP exchange: which URLs may be asked, redirects, resuming, and what counts as which failure. It does not know what the
//! bytes are, where they go, or whether there will be another attempt.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use ureq::http::header::{ACCEPT_ENCODING, AUTHORIZATION, IF_RANGE, LOCATION, RANGE, RETRY_AFTER};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use url::{Host, Url};

use crate::error::{Cause, Refusal};
use crate::settings::{Credential, NetworkLimits, Proxies, Settings};

mod answer;
mod route;

pub(crate) use answer::{Answer, Resume, Version, is_named_so};
use answer::{answer, only};

/// As many as browsers follow.
const REDIRECTS: u32 = 20;

/// Makes requests.
pub(crate) struct Client {
    limits: NetworkLimits,
    proxies: Proxies,
    credentials: Vec<Credential>,
    certificates: Option<PathBuf>,
    /// Made when it is first needed: who finds everything in the store reads no certificates.
    agent: OnceLock<Result<Agent, Cause>>,
}

/// A failed exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// How long the server wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Client {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            limits: settings.network,
            proxies: settings.proxies.clone(),
            credentials: settings.credentials.clone(),
            certificates: settings.certificates.clone(),
            agent: OnceLock::new(),
        }
    }

    /// Asks for a file, or for the rest of it.
    pub(crate) fn get(
        &self,
        url: &Url,
        pinned: bool,
        resume: Option<&Resume>,
    ) -> Result<Answer, Failure> {
        let agent = self.agent.get_or_init(|| self.connect()).as_ref().map_err(Cause::clone)?;
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            permit(&url, pinned)?;
            let response = self.ask(agent, &url, resume)?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => url = follow(&url, response.headers())?,
                _ => return answer(response, &url, resume, refused),
            }
        }
        Err(Cause::Refused(Refusal::RedirectLoop).into())
    }

    /// One request, to one host.
    fn ask(
        &self,
        agent: &Agent,
        url: &Url,
        resume: Option<&Resume>,
    ) -> Result<Response<Body>, Failure> {
        let authorization = route::authorization(&self.credentials, url);
        let mut bare = url.clone();
        if authorization.is_some() {
            // In the header, and nowhere else.
            bare.set_username("").ok();
            bare.set_password(None).ok();
        }
        let mut request = agent
            .get(bare.as_str())
            .config()
            .proxy(route::proxy(&self.proxies, url)?)
            .build()
            .header(ACCEPT_ENCODING, "identity");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some((range, validator)) = resume.and_then(Resume::headers) {
            request = request.header(RANGE, range).header(IF_RANGE, validator);
        }
        request.call().map_err(|error| describe(&error))
    }

    fn connect(&self) -> Result<Agent, Cause> {
        let roots = match &self.certificates {
            None => RootCerts::PlatformVerifier,
            Some(path) => trusted(path)?,
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Redirects are followed here, so that none leaves https.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A pooled connection that has died would be reported as a reset.
            .max_idle_connections(0)
            // By default the environment would be read.
            .proxy(None)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent(concat!("probe/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(self.limits.connect))
            .timeout_recv_response(Some(self.limits.response))
            .timeout_per_read(Some(self.limits.stall))
            .build();
        Ok(config.into())
    }
}

/// Reads a file of certificates.
fn trusted(path: &Path) -> Result<RootCerts, Cause> {
    let text = fs::read(path).map_err(Cause::disk("read the certificates in", path))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(Cause::Tls(format!("`{}`: {error}", path.display()))),
        }
    }
    if certificates.is_empty() {
        return Err(Cause::Tls(format!("no certificate in `{}`", path.display())));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// A URL without what must not be shown: user, password, and the values of the query.
pub(crate) fn redact(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return url.to_owned();
    };
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

/// Whether a URL leads to this machine, as far as its host tells.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn permit(url: &Url, pinned: bool) -> Result<(), Failure> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) || pinned => Ok(()),
        "http" => Err(Cause::Refused(Refusal::Plain).into()),
        _ => Err(Cause::Refused(Refusal::Unsupported).into()),
    }
}

fn follow(url: &Url, headers: &HeaderMap) -> Result<Url, Failure> {
    let unclear = || Cause::Network("a redirect to nowhere".to_owned());
    let next = only(headers, &LOCATION)
        .and_then(|location| url.join(location).ok())
        .ok_or_else(unclear)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(Cause::Refused(Refusal::Downgrade).into());
    }
    Ok(next)
}

/// Sorts a status that is no success.
fn refused(response: &mut Response<Body>) -> Failure {
    let status = response.status().as_u16();
    match status {
        404 | 410 => Cause::NotFound.into(),
        _ => Failure {
            cause: Cause::Status(status),
            retry_after: only(response.headers(), &RETRY_AFTER).and_then(retry_after),
        },
    }
}

/// Reads `Retry-After`, in either of its forms (RFC 9110, 10.2.3).
fn retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO))
}

/// Sorts a failed request.
fn describe(error: &ureq::Error) -> Failure {
    let cause = match error {
        ureq::Error::Io(error) => describe_io(error),
        ureq::Error::Tls(text) => Cause::Tls((*text).to_owned()),
        ureq::Error::Rustls(error) => Cause::Tls(error.to_string()),
        ureq::Error::Pem(error) => Cause::Tls(error.to_string()),
        ureq::Error::TlsRequired => Cause::Tls("no encryption is available".to_owned()),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Cause::Refused(Refusal::Unsupported),
        other => Cause::Network(other.to_string()),
    };
    cause.into()
}

/// Sorts a failure of the connection, or of reading the body.
pub(crate) fn describe_io(error: &io::Error) -> Cause {
    match error.kind() {
        // How a failed handshake comes through: certificates among others.
        io::ErrorKind::InvalidData => Cause::Tls(error.to_string()),
        _ => Cause::Network(error.to_string()),
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self { cause, retry_after: None }
    }
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
            ("no url", "no url"),
        ] {
            assert_eq!(redact(url), shown);
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

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999999999999999"), None);
        assert_eq!(retry_after("soon"), None);
        let in_a_minute = SystemTime::now() + Duration::from_secs(60);
        let wait = retry_after(&httpdate::fmt_http_date(in_a_minute)).expect("a date");
        assert!(wait <= Duration::from_secs(60));
    }
}
