//! Who one is to hosts: the netrc file of whoever runs probe, read, and complained of without a secret, and a token for GitHub.

use std::io;
use std::path::Path;

use probe_loader::{Credential, GITHUB_HOSTS, read_regular};
use probe_scenario::{Library, Source};

use crate::environment::Environment;
use crate::manifest_file::text;
use crate::netrc;
use crate::system::is_open_to_others;
use crate::ui::print_warning;

/// A longer file is none that anybody has written, in bytes.
const LONGEST: u64 = 1 << 20;

/// The name that GitHub wants beside a token where a password is sent.
const TOKEN_USER: &str = "x-access-token";

/// What is known for hosts, if one of `libraries` is downloaded: by the netrc file, and after that by a token for GitHub.
pub(super) fn credentials<'l>(
    libraries: impl Iterator<Item = &'l Library>,
    environment: &Environment,
) -> Vec<Credential> {
    let urls: Vec<&str> = libraries.flat_map(urls).collect();
    if urls.is_empty() {
        return Vec::new();
    }
    let mut known = of_netrc(&urls, environment);
    known.extend(environment.github_token().into_iter().flat_map(of_github));
    known
}

fn of_github(token: &str) -> impl Iterator<Item = Credential> {
    GITHUB_HOSTS.into_iter().map(|host| Credential {
        host: host.to_owned(),
        user: TOKEN_USER.to_owned(),
        password: token.to_owned(),
    })
}

/// The credentials of the netrc file. Of others' right to read it nothing is said unless it holds a password for a host of one of
/// `urls`.
fn of_netrc(urls: &[&str], environment: &Environment) -> Vec<Credential> {
    let Some(netrc) = environment.netrc() else {
        return Vec::new();
    };
    let shown = netrc.path.display();
    let (text, is_open) = match read(&netrc.path) {
        Ok(read) => read,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !netrc.is_named => {
            return Vec::new();
        }
        Err(error) => {
            print_warning(&format_args!("no password of `{shown}` is used: {error}"));
            return Vec::new();
        }
    };
    let netrc::Reading { credentials, problem } = netrc::read(&text);
    if let Some(problem) = problem {
        print_warning(&format_args!("`{shown}` is used up to {problem}"));
    }
    let is_for =
        |known: &&Credential| urls.iter().any(|url| host(url) == Some(known.host.as_str()));
    if let Some(known) = credentials.iter().find(is_for).filter(|_| is_open) {
        let host = &known.host;
        print_warning(&format_args!(
            "others can read the password for `{host}` in `{shown}`: `chmod 600` it"
        ));
    }
    credentials
}

/// The text of a file, and whether others than its owner may do anything with it.
fn read(path: &Path) -> io::Result<(String, bool)> {
    let text = text(read_regular(path, LONGEST)?)?;
    Ok((text, is_open_to_others(&path.metadata()?)))
}

fn urls(library: &Library) -> impl Iterator<Item = &str> {
    let download = match &library.source {
        Source::Url(download) => Some(download),
        Source::Path { .. }
        | Source::Command { .. }
        | Source::Leader { .. }
        | Source::Check { .. } => None,
    };
    download.into_iter().flat_map(|download| {
        std::iter::once(&download.url).chain(&download.mirrors).map(String::as_str)
    })
}

/// The host of a URL without a name in it.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_the_hosts_of_github_that_take_one() {
        let known: Vec<Credential> = of_github("word").collect();
        let hosts: Vec<&str> = known.iter().map(|known| &*known.host).collect();
        assert_eq!(
            hosts,
            ["github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com"]
        );
        assert!(known.iter().all(|known| known.user == "x-access-token"));
        assert!(known.iter().all(|known| known.password == "word"));
        assert!(!format!("{known:?}").contains("word"));
    }
}
