//! One HTTP exchange: which URLs may be asked, redirects, resuming, and what counts as which failure. It does not know what the
//! bytes are, where they go, or whether there will be another attempt.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use ureq::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, IF_RANGE,
    LAST_MODIFIED, LOCATION, RANGE, RETRY_AFTER,
};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use url::{Host, Url};

use crate::error::{Cause, Refusal};
use crate::settings::{Credential, NetworkLimits, Proxies, Settings};

mod route;

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

/// A body that is about to be read.
pub(crate) struct Answer {
    /// The body.
    pub(crate) body: Box<dyn Read>,
    /// Where in the file it begins, in bytes: 0 unless the server resumed.
    pub(crate) offset: u64,
    /// The length of the whole file, if the server said.
    pub(crate) total: Option<u64>,
    /// What to resume with, if the server gave something that is good for it.
    pub(crate) validator: Option<String>,
}

/// A failed exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// How long the server wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// A file of which some is here already.
#[derive(Debug, Clone)]
pub(crate) struct Resume {
    /// How many bytes are here.
    pub(crate) from: u64,
    /// The entity tag, or the date, of the file that they are of.
    pub(crate) validator: String,
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
                _ => return answer(response, resume),
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
        if let Some(resume) = resume {
            request = request
                .header(RANGE, format!("bytes={}-", resume.from))
                .header(IF_RANGE, &resume.validator);
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
    let next = text(headers, &LOCATION)
        .and_then(|location| url.join(location).ok())
        .ok_or_else(unclear)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(Cause::Refused(Refusal::Downgrade).into());
    }
    Ok(next)
}

fn answer(response: Response<Body>, resume: Option<&Resume>) -> Result<Answer, Failure> {
    let headers = response.headers();
    let status = response.status().as_u16();
    let length = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let (offset, total) = match (status, resume) {
        (200, _) => (0, length),
        (206, Some(resume)) => match text(headers, &CONTENT_RANGE).and_then(range) {
            Some((first, total)) if first == resume.from => (first, total),
            // Not what was asked for: the next attempt begins at the beginning.
            _ => return Err(Cause::Network("a wrong range was sent".to_owned()).into()),
        },
        // The file is another one than that of which some is here.
        (416, Some(_)) => return Err(Cause::Network("the rest was refused".to_owned()).into()),
        (404 | 410, _) => return Err(Cause::NotFound.into()),
        (status, _) => {
            return Err(Failure {
                cause: Cause::Status(status),
                retry_after: text(headers, &RETRY_AFTER).and_then(retry_after),
            });
        }
    };
    // A weak tag says that two files mean the same, not that their bytes are equal.
    let validator = text(headers, &ETAG)
        .filter(|tag| tag.starts_with('"'))
        .or_else(|| text(headers, &LAST_MODIFIED))
        .map(str::to_owned);
    Ok(Answer {
        body: Box::new(response.into_body().into_with_config().limit(u64::MAX).reader()),
        offset,
        total,
        validator,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Reads `bytes 5-9/10`: the first byte, and the length of the whole.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (span, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = span.split_once('-')?;
    Some((first.parse().ok()?, total.parse().ok()))
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

    #[test]
    fn ranges_are_read() {
        assert_eq!(range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(range("bytes */10"), None);
        assert_eq!(range("lines 5-9/10"), None);
    }
}
