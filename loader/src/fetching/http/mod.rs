//! One HTTP exchange: which URLs may be asked, redirects, resuming, and what counts as which failure. It does not know what the
//! bytes are, where they go, or whether there will be another attempt.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use ureq::http::header::{ACCEPT_ENCODING, AUTHORIZATION, IF_RANGE, LOCATION, RANGE};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Timeout};
use url::{Host, Url};

use crate::interface::{
    Cause, Credential, NetworkLimits, Proxies, ProxyName, ProxyProblem, Refusal, Settings, Until,
    without_secrets,
};

mod answer;
mod certificates;
mod pause;
mod route;

pub(crate) use answer::{Answer, Resume, Version, is_named_so};
use answer::{answer, only};
use pause::Pause;
use route::Via;

/// As many as browsers follow.
const REDIRECTS: u32 = 20;
/// How much is read of what comes with a refusal, in bytes.
const LONGEST_WORDS: u64 = 4096;

/// The hosts of GitHub that allow more to who has a token. Others of it take none: what they are asked for is signed already.
pub const GITHUB_HOSTS: [&str; 4] =
    ["github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com"];

/// Makes requests.
pub(crate) struct Client {
    limits: NetworkLimits,
    proxies: Proxies,
    credentials: Vec<Credential>,
    certificates: Vec<PathBuf>,
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
            let via = route::proxy(&self.proxies, &url)?;
            let authorization = route::authorization(&self.credentials, &url);
            let mut response =
                self.ask(agent, &url, via.as_ref(), authorization.as_deref(), resume)?;
            if response.status() == 401 && authorization.is_some() && url.username().is_empty() {
                // What is open to everybody needs no credentials that somebody has for the host, good or bad.
                let bare = self.ask(agent, &url, via.as_ref(), None, resume)?;
                if bare.status().is_success() || bare.status().is_redirection() {
                    response = bare;
                }
            }
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => url = follow(&url, response.headers())?,
                _ => {
                    let is_known = authorization.is_some();
                    return answer(response, &url, resume, |response| {
                        refused(response, &url, via.as_ref(), is_known)
                    });
                }
            }
        }
        Err(Cause::Refused(Refusal::RedirectLoop).into())
    }

    /// One request, to one host.
    fn ask(
        &self,
        agent: &Agent,
        url: &Url,
        via: Option<&Via>,
        authorization: Option<&str>,
        resume: Option<&Resume>,
    ) -> Result<Response<Body>, Failure> {
        let mut bare = url.clone();
        if authorization.is_some() {
            // In the header, and nowhere else.
            bare.set_username("").ok();
            bare.set_password(None).ok();
        }
        let mut request = agent
            .get(bare.as_str())
            .config()
            .proxy(via.map(|via| via.proxy.clone()))
            .build()
            .header(ACCEPT_ENCODING, "identity");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some((range, validator)) = resume.and_then(Resume::headers) {
            request = request.header(RANGE, range).header(IF_RANGE, validator);
        }
        request.call().map_err(|error| self.describe(&error, via).into())
    }

    /// Sorts a failed request.
    fn describe(&self, error: &ureq::Error, via: Option<&Via>) -> Cause {
        if let Some(cause) = via.and_then(|via| through(error, &via.name)) {
            return cause;
        }
        let cause = match error {
            ureq::Error::Io(error) => {
                match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                    Some(error) => certificates::describe(error, &self.certificates),
                    None => describe_io(error),
                }
            }
            ureq::Error::Tls(text) => Cause::Tls((*text).to_owned()),
            ureq::Error::Rustls(error) => certificates::describe(error, &self.certificates),
            ureq::Error::Pem(error) => Cause::Tls(error.to_string()),
            ureq::Error::TlsRequired => Cause::Tls("no encryption is available".to_owned()),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Cause::Refused(Refusal::Unsupported),
            other => Cause::Network(other.to_string()),
        };
        match (cause, via) {
            (Cause::Network(text), Some(via)) => {
                Cause::Network(format!("{text}, through the proxy {}", via.name))
            }
            (cause, _) => cause,
        }
    }

    fn connect(&self) -> Result<Agent, Cause> {
        let roots = if self.certificates.is_empty() {
            RootCerts::PlatformVerifier
        } else {
            certificates::trusted(&self.certificates)?
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

/// A URL without what must not be shown: user, password, the values of the query, and the fragment.
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

/// Sorts a status that is no success, of a server that was given credentials or not.
fn refused(response: &mut Response<Body>, url: &Url, via: Option<&Via>, is_known: bool) -> Failure {
    let status = response.status().as_u16();
    match (status, via) {
        (404 | 410, _) => return Cause::NotFound.into(),
        (407, Some(via)) => {
            return Cause::Proxy { proxy: via.name.clone(), problem: status.into() }.into();
        }
        _ => {}
    }
    let headers = response.headers().clone();
    let now = SystemTime::now();
    let Pause { is_limit, wait } = pause::read(status, &headers, now, || {
        let mut start = Vec::new();
        // What does not come says nothing.
        response.body_mut().as_reader().take(LONGEST_WORDS).read_to_end(&mut start).ok();
        String::from_utf8_lossy(&start).into_owned()
    });
    let until = wait.filter(|wait| !wait.is_zero()).map(|wait| Until { wait, time: now + wait });
    let cause = match (is_limit, until) {
        (true, until) => {
            let wants_token = !is_known && is_github(url);
            Cause::Limited { status, until, wants_token }
        }
        (false, Some(until)) if matches!(status, 408 | 425 | 500..) => {
            Cause::Paused { status, until }
        }
        (false, _) => Cause::Status(status),
    };
    Failure { cause, retry_after: wait }
}

/// Whether a host is one of GitHub's to which a token may be sent.
fn is_github(url: &Url) -> bool {
    url.host_str().is_some_and(|host| GITHUB_HOSTS.contains(&host))
}

/// That it was the proxy that failed, if that is certain.
fn through(error: &ureq::Error, proxy: &ProxyName) -> Option<Cause> {
    let problem = match error {
        ureq::Error::ConnectProxyFailed(reason) => {
            // `proxy server responded 407/407`
            let status = reason.rsplit_once('/').and_then(|(_, status)| status.parse::<u16>().ok());
            status.map_or_else(|| ProxyProblem::Unreachable(reason.clone()), ProxyProblem::from)
        }
        ureq::Error::Io(error) if is_lost(error) => ProxyProblem::Lost(error.to_string()),
        // Of the encryption with the server, behind the proxy.
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => return None,
        ureq::Error::Io(error) => ProxyProblem::Unreachable(error.to_string()),
        ureq::Error::HostNotFound => ProxyProblem::Unreachable("host not found".to_owned()),
        ureq::Error::ConnectionFailed => ProxyProblem::Unreachable("connection failed".to_owned()),
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            ProxyProblem::Unreachable("it does not answer in time".to_owned())
        }
        _ => return None,
    };
    Some(Cause::Proxy { proxy: proxy.clone(), problem })
}

/// Whether there was a connection.
fn is_lost(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
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
