//! The netrc file of whoever runs probe: read, and complained of without a secret.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use probe_loader::{Credential, read_regular};
use probe_scenario::{Library, Source};

use crate::environment::Environment;
use crate::manifest_file::text;
use crate::netrc;
use crate::ui::print_warning;

/// A longer file is none that anybody has written, in bytes.
const LONGEST: u64 = 1 << 20;

/// The credentials of the netrc file, if one of `libraries` is downloaded. Of others' right to read it nothing is said unless
/// it holds a password for one of their hosts.
pub(super) fn credentials<'l>(
    libraries: impl Iterator<Item = &'l Library>,
    environment: &Environment,
) -> Vec<Credential> {
    let urls: Vec<&str> = libraries.flat_map(urls).collect();
    let Some(netrc) = environment.netrc().filter(|_| !urls.is_empty()) else {
        return Vec::new();
    };
    let shown = netrc.path.display();
    let (text, mode) = match read(&netrc.path) {
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
    if let Some(known) = credentials.iter().find(is_for).filter(|_| mode & 0o077 != 0) {
        let host = &known.host;
        print_warning(&format_args!(
            "others can read the password for `{host}` in `{shown}`: `chmod 600` it"
        ));
    }
    credentials
}

fn read(path: &Path) -> io::Result<(String, u32)> {
    let text = text(read_regular(path, LONGEST)?)?;
    Ok((text, path.metadata()?.permissions().mode()))
}

fn urls(library: &Library) -> impl Iterator<Item = &str> {
    let download = match &library.source {
        Source::Url(download) => Some(download),
        Source::Path { .. } | Source::Command { .. } | Source::Leader { .. } => None,
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
