//! The way out of a failed import. It does not know where a library is declared, so it uses the usual names of settings.

use std::io;
use std::path::PathBuf;

use super::cause::{ImportCause, Occupant};
use super::network::{CertificateFlaw, ProxyName, ProxyProblem, Refusal};
use crate::interface::aside::Aside;
use crate::interface::command::{CommandEnd, CommandFailure};
use crate::verdict::{FileVerdict, FoundInstead};

/// Returns the way out as a sentence; `None` if the cause says everything.
pub(super) fn help(cause: &ImportCause) -> Option<String> {
    let help = match cause {
        ImportCause::NotFound => "check the URL and the version in it",
        ImportCause::Status(401 | 403 | 407) => {
            "the server wants credentials, or refuses this machine"
        }
        ImportCause::Limited { wants_token: true, .. } => {
            "set GITHUB_TOKEN to a token of yours, and GitHub allows much more; or try again later"
        }
        ImportCause::Limited { .. } | ImportCause::Paused { .. } => {
            "try again after that, or give the library `mirrors`"
        }
        ImportCause::Proxy { proxy, problem } => return Some(proxy_help(proxy, problem)),
        ImportCause::Tls(_) => {
            "check the URL's scheme and port: the server must speak https, with TLS 1.2 or 1.3"
        }
        ImportCause::Certificate { flaw, trusted } => return Some(certificate_help(flaw, trusted)),
        ImportCause::Network(_)
        | ImportCause::Status(_)
        | ImportCause::Short { .. }
        | ImportCause::NoRest { .. } => "check the connection, or give the library `mirrors`",
        ImportCause::DigestMismatch { .. } => {
            "if the publisher replaced the file on purpose, pin the new digest; if not, do not trust it"
        }
        ImportCause::TooLarge { .. } => {
            "if the file is meant to be that large, let a `command` fetch it"
        }
        ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::Html))
        | ImportCause::NoArchive(FileVerdict::NotALibrary(FoundInstead::Html)) => {
            "open the URL in a browser: it may want a login, or a proxy may answer in its place"
        }
        ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::LfsPointer)) => {
            "use the URL of the file itself, not of its Git LFS pointer"
        }
        ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::Archive(kind)))
            if kind.is_readable() =>
        {
            "say by `member` which file of the archive is the library"
        }
        ImportCause::Unreadable { .. }
        | ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::Archive(_))) => {
            "unpack it by a `command`, or use another archive: zip, or tar, alone or in gzip, bzip2, xz or zstd"
        }
        ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::Script)) => {
            "a script is no native library: say `kind = \"executable\"`"
        }
        ImportCause::Unfit(FileVerdict::NotALibrary(_)) => {
            "if it is not meant to be native code, say `kind = \"data\"`"
        }
        ImportCause::Unfit(FileVerdict::WrongMachine { .. }) => {
            "use the URL of the file for this platform"
        }
        ImportCause::Unfit(FileVerdict::Torn(_)) => {
            "the publisher's file is incomplete; try a mirror"
        }
        ImportCause::NoArchive(FileVerdict::Whole(_)) => {
            "leave out `member`: the URL gives the file itself"
        }
        ImportCause::NoArchive(_) => "check the URL",
        ImportCause::Archive { .. } => "check the URL, and try a mirror",
        ImportCause::Member { .. } => "correct `member`",
        ImportCause::Refused(Refusal::Plain) => "use https, or pin the digest by `sha256`",
        ImportCause::Refused(Refusal::Downgrade) => "use a URL that stays with https",
        ImportCause::Refused(Refusal::Unsupported) => "use an https URL, or a local path",
        ImportCause::Refused(Refusal::RedirectLoop) => {
            "open the URL in a browser, and use the one that it ends at"
        }
        ImportCause::Refused(Refusal::Encoded(_)) => {
            "use a URL or a mirror that sends the file as it is, or pin what this one sends by `sha256`"
        }
        ImportCause::Refused(Refusal::Proxy { .. }) => {
            "write it as `http://HOST:PORT`, `https://…`, `socks4://…` or `socks5://…`"
        }
        ImportCause::Offline => "prepare it once with the network",
        ImportCause::LockTimeout { .. } => {
            "end that process if it is stuck, or allow a longer wait by `--lock-timeout`"
        }
        ImportCause::Disk { action: "read", error, .. }
            if error.kind() == io::ErrorKind::NotFound =>
        {
            "correct the path, or make the file first"
        }
        ImportCause::Disk { error, .. } => disk_help(error)?,
        ImportCause::Command(CommandFailure {
            end: end @ (CommandEnd::TimedOut(_) | CommandEnd::Silent(_)),
            output,
        }) => {
            let key = if matches!(end, CommandEnd::Silent(_)) { "silence" } else { "timeout" };
            let way_out =
                format!("if it may take longer, say so: `{key} = \"2h\"` beside its `command`");
            return Some(match output.as_str() {
                "" => format!("{way_out}\nit printed nothing"),
                output => format!("{way_out}\nthis is the end of what it printed:\n{output}"),
            });
        }
        ImportCause::Command(failure) if !failure.output.is_empty() => {
            return Some(failure.output.clone());
        }
        ImportCause::Command(failure) => match failure.end {
            CommandEnd::Exited(_) | CommandEnd::Killed(_) => {
                "it printed nothing: run it by hand to see why"
            }
            CommandEnd::NotStarted(_) => "check that it is installed, and can be run here",
            CommandEnd::Stopped | CommandEnd::TimedOut(_) | CommandEnd::Silent(_) => return None,
        },
        ImportCause::Empty => "nothing came under this URL: open it in a browser, or try a mirror",
        ImportCause::Incomplete { .. } => {
            "what makes it did not finish it: run that again, or remove the file first if it keeps it"
        }
        ImportCause::NoFile { .. } => "give the path of a file",
        ImportCause::Changing { .. } => {
            "something still writes to it: end that, or wait until it has ended"
        }
        ImportCause::BadPattern { .. } => {
            "correct the pattern: `*`, `?`, `[…]`, `{…,…}`, `**/` and `\\` are special"
        }
        ImportCause::Relative { .. } => "give an absolute path",
        ImportCause::NotMadeAgain { aside, signs } => return Some(again_help(aside, signs)),
        ImportCause::NothingMatched { .. } => {
            "correct the pattern, or the command that should create the file"
        }
        ImportCause::Occupied { occupant: Occupant::File { .. } | Occupant::Folder, .. } => {
            "`--replace` puts the library in its place; or move it away; or, if it is the right one, pin its digest"
        }
        ImportCause::Occupied { occupant: Occupant::Former(_), .. } => {
            "probe has not put it there, so it leaves it alone: delete it, or replace it by `--replace`"
        }
        ImportCause::Occupied { .. } => "move it away, or choose another place",
        _ => return None,
    };
    Some(help.to_owned())
}

fn proxy_help(proxy: &ProxyName, problem: &ProxyProblem) -> String {
    let place = match &proxy.origin {
        Some(origin) => format!("`{origin}`"),
        None => "the proxy's URL".to_owned(),
    };
    match problem {
        ProxyProblem::Unauthorised if proxy.has_credentials => {
            format!(
                "correct the name and the password in {place}: `http://NAME:PASSWORD@HOST:PORT`"
            )
        }
        ProxyProblem::Unauthorised => {
            format!("put a name and a password into {place}: `http://NAME:PASSWORD@HOST:PORT`")
        }
        ProxyProblem::Unreachable(_) | ProxyProblem::Lost(_) | ProxyProblem::Status(_) => {
            format!("correct {place}, or exempt the host from proxies by `no_proxy`")
        }
    }
}

fn certificate_help(flaw: &CertificateFlaw, trusted: &[PathBuf]) -> String {
    let help = match flaw {
        CertificateFlaw::UnknownIssuer if trusted.is_empty() => {
            "if a proxy or your organisation signs for it, name the authority's certificate by SSL_CERT_FILE, or a directory with it by SSL_CERT_DIR, or add it to the system's"
        }
        CertificateFlaw::UnknownIssuer => {
            let trusted: Vec<_> =
                trusted.iter().map(|path| format!("`{}`", path.display())).collect();
            return format!(
                "what SSL_CERT_FILE and SSL_CERT_DIR name counts in place of the system's certificates: add that of the authority to {}",
                trusted.join(" or ")
            );
        }
        CertificateFlaw::Authority => {
            "let the server have a certificate that this authority has signed (`basicConstraints = CA:FALSE`), and name the authority's own by SSL_CERT_FILE"
        }
        CertificateFlaw::Expired { .. } => {
            "check this machine's clock; if it is right, the server's owner must renew it: try a mirror"
        }
        CertificateFlaw::NotYetValid { .. } => "check this machine's clock: it may be behind",
        CertificateFlaw::WrongName { .. } => {
            "correct the host in the URL; or a proxy or a login page answers in its place"
        }
        CertificateFlaw::Revoked => "do not trust it: ask the server's owner, or try a mirror",
        CertificateFlaw::WrongPurpose | CertificateFlaw::Other(_) => {
            "the server's owner must replace it: try a mirror"
        }
        CertificateFlaw::NoRoots => {
            "install them (the package is often called `ca-certificates`), or name a file of them by SSL_CERT_FILE"
        }
    };
    help.to_owned()
}

/// What to remove so that a tool makes its result again, and where the moved files are.
fn again_help(aside: &Aside, signs: &[PathBuf]) -> String {
    let names = signs.iter().map(|sign| format!("`{}`", sign.display())).collect::<Vec<_>>();
    let names = names.join(" or ");
    let (what, remove) = match signs {
        [] => ("something".to_owned(), "that"),
        [sign] if sign.is_dir() => (format!("something in {names}"), "that folder"),
        [_] => (names, "that"),
        _ => (names, "them"),
    };
    format!(
        "the command may take {what} for a sign that it is done: remove {remove}, and run again; `{}` moves the old one back",
        aside.way_back()
    )
}

/// Returns the way out of a failed file operation.
pub(super) fn disk_help(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free space there, or move the store")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("make it writable, or move the store")
        }
        _ => None,
    }
}
