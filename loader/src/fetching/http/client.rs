//! Requests and their results, with redirects followed. It does not know what the bytes are, where
//! they go, or whether another attempt follows.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::SystemTime;

use ureq::http::Response;
use ureq::http::header::{ACCEPT_ENCODING, AUTHORIZATION, IF_RANGE, RANGE};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Timeout};
use url::Url;

use super::address::{follow, is_github, permit};
use super::answer::{Answer, Resume, answer};
use super::certificates;
use super::failure::{Failure, describe_io};
use super::pause::{self, Pause};
use super::route::{self, Via};
use crate::interface::{
    Credential, ImportCause, NetworkLimits, Proxies, ProxyName, ProxyProblem, Refusal, Settings,
    Until,
};

/// As many as browsers follow.
const REDIRECTS: u32 = 20;
/// How much to read of the body of an error response, in bytes.
const LONGEST_WORDS: u64 = 4096;

/// Makes requests.
pub(crate) struct Client {
    limits: NetworkLimits,
    proxies: Proxies,
    credentials: Vec<Credential>,
    certificates: Vec<PathBuf>,
    /// Created at first use: if everything is in the store, no certificates are read.
    agent: OnceLock<Result<Agent, ImportCause>>,
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

    /// Requests a file, or the rest of it.
    pub(crate) fn get(
        &self,
        url: &Url,
        pinned: bool,
        resume: Option<&Resume>,
    ) -> Result<Answer, Failure> {
        let agent =
            self.agent.get_or_init(|| self.connect()).as_ref().map_err(ImportCause::clone)?;
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            permit(&url, pinned)?;
            let via = route::proxy(&self.proxies, &url)?;
            let authorization = route::authorization(&self.credentials, &url);
            let mut response =
                self.ask(agent, &url, via.as_ref(), authorization.as_deref(), resume)?;
            if response.status() == 401 && authorization.is_some() && url.username().is_empty() {
                // A public file needs no credentials, and wrong ones make the request fail.
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
        Err(ImportCause::Refused(Refusal::RedirectLoop).into())
    }

    /// Sends one request to one host.
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

    /// Classifies a failed request.
    fn describe(&self, error: &ureq::Error, via: Option<&Via>) -> ImportCause {
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
            ureq::Error::Tls(text) => ImportCause::Tls((*text).to_owned()),
            ureq::Error::Rustls(error) => certificates::describe(error, &self.certificates),
            ureq::Error::Pem(error) => ImportCause::Tls(error.to_string()),
            ureq::Error::TlsRequired => ImportCause::Tls("no encryption is available".to_owned()),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                ImportCause::Refused(Refusal::Unsupported)
            }
            other => ImportCause::Network(other.to_string()),
        };
        match (cause, via) {
            (ImportCause::Network(text), Some(via)) => {
                ImportCause::Network(format!("{text}, through the proxy {}", via.name))
            }
            (cause, _) => cause,
        }
    }

    fn connect(&self) -> Result<Agent, ImportCause> {
        let roots = if self.certificates.is_empty() {
            RootCerts::PlatformVerifier
        } else {
            certificates::trusted(&self.certificates)?
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // This code follows redirects itself, so that none leaves https.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A dead pooled connection would show up as a reset.
            .max_idle_connections(0)
            // The default would read the environment.
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

/// Classifies an error status of a server that got credentials, or none.
#[expect(
    clippy::disallowed_methods,
    reason = "a server that says no time of its own means this one"
)]
fn refused(response: &mut Response<Body>, url: &Url, via: Option<&Via>, is_known: bool) -> Failure {
    let status = response.status().as_u16();
    match (status, via) {
        (404 | 410, _) => return ImportCause::NotFound.into(),
        (407, Some(via)) => {
            return ImportCause::Proxy { proxy: via.name.clone(), problem: status.into() }.into();
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
            ImportCause::Limited { status, until, wants_token }
        }
        (false, Some(until)) if matches!(status, 408 | 425 | 500..) => {
            ImportCause::Paused { status, until }
        }
        (false, _) => ImportCause::Status(status),
    };
    Failure { cause, retry_after: wait }
}

/// Returns the failure of the proxy, if it is certain that the proxy failed.
fn through(error: &ureq::Error, proxy: &ProxyName) -> Option<ImportCause> {
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
    Some(ImportCause::Proxy { proxy: proxy.clone(), problem })
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
