//! Certificates: those of trusted authorities, and what may be wrong with a server's. It does not
//! know where their files are configured.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::errands::open_file;
use crate::interface::{CertificateFlaw, ImportCause};

/// The largest file of certificates, in bytes: that of a system has about 200 kB.
const LARGEST: u64 = 16 << 20;

/// Reads trusted certificates from files, and from directories of such files.
///
/// # Errors
///
/// Fails if none of them contains a certificate, with the flaw of the first one.
pub(super) fn trusted(paths: &[PathBuf]) -> Result<RootCerts, ImportCause> {
    let mut certificates = Vec::new();
    let mut problem = None;
    for path in paths {
        let before = certificates.len();
        let outcome = if path.is_dir() { of_directory(path) } else { of_file(path) };
        match outcome {
            Ok(found) => certificates.extend(found),
            Err(cause) => {
                problem.get_or_insert(cause);
            }
        }
        if certificates.len() == before {
            problem.get_or_insert(none_in(path));
        }
    }
    match problem {
        Some(cause) if certificates.is_empty() => Err(cause),
        _ => Ok(RootCerts::new_with_certs(&certificates)),
    }
}

fn of_file(path: &Path) -> Result<Vec<Certificate<'static>>, ImportCause> {
    let failed = || ImportCause::disk("read the certificates in", path);
    let (file, _) = match open_file(path) {
        Ok(opened) => opened,
        Err(ImportCause::Disk { error, .. }) => {
            let path = path.to_owned();
            return Err(ImportCause::Disk { action: "read the certificates in", path, error });
        }
        Err(cause) => return Err(cause),
    };
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text).map_err(failed())?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(ImportCause::Tls(format!("`{}`: {error}", path.display()))),
        }
    }
    if certificates.is_empty() { Err(none_in(path)) } else { Ok(certificates) }
}

/// Returns all certificates in the files of a directory, which may contain other files too.
fn of_directory(path: &Path) -> Result<Vec<Certificate<'static>>, ImportCause> {
    let read = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect()
    };
    let mut files = read().map_err(ImportCause::disk("read the certificates in", path))?;
    files.sort();
    Ok(files.iter().filter_map(|file| of_file(file).ok()).flatten().collect())
}

fn none_in(path: &Path) -> ImportCause {
    ImportCause::Tls(format!("no certificate in `{}`", path.display()))
}

/// Classifies a failed handshake; `trusted` are the files used instead of the system's
/// certificates.
pub(super) fn describe(error: &Error, trusted: &[PathBuf]) -> ImportCause {
    let flaw = match error {
        Error::InvalidCertificate(error) => flaw(error),
        // Of the verifier that asks the system.
        Error::General(text) if text.contains("No CA certificates") => CertificateFlaw::NoRoots,
        other => return ImportCause::Tls(other.to_string()),
    };
    ImportCause::Certificate { flaw, trusted: trusted.to_vec() }
}

fn flaw(error: &CertificateError) -> CertificateFlaw {
    match error {
        // A trusted authority has the same name but another key, for example an older one.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            CertificateFlaw::UnknownIssuer
        }
        CertificateError::Expired => CertificateFlaw::Expired { at: None },
        CertificateError::ExpiredContext { not_after, .. } => {
            CertificateFlaw::Expired { at: Some(time(*not_after)) }
        }
        CertificateError::NotValidYet => CertificateFlaw::NotYetValid { from: None },
        CertificateError::NotValidYetContext { not_before, .. } => {
            CertificateFlaw::NotYetValid { from: Some(time(*not_before)) }
        }
        CertificateError::NotValidForName => CertificateFlaw::WrongName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            CertificateFlaw::WrongName { names: presented.iter().map(|name| plain(name)).collect() }
        }
        CertificateError::Revoked => CertificateFlaw::Revoked,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            CertificateFlaw::WrongPurpose
        }
        CertificateError::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => CertificateFlaw::Authority,
            Some(webpki::Error::UnsupportedCertVersion) => {
                CertificateFlaw::Other("it is of an old version of the format".to_owned())
            }
            // It is a line of words, as its texts are not.
            Some(error) => CertificateFlaw::Other(words(&format!("{error:?}"))),
            None => CertificateFlaw::Other(other.0.to_string()),
        },
        CertificateError::BadEncoding => CertificateFlaw::Other("it cannot be read".to_owned()),
        other => CertificateFlaw::Other(words(&format!("{other:?}"))),
    }
}

fn time(time: UnixTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(time.as_secs())
}

/// `DnsName("localhost")` is `localhost`.
fn plain(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"').to_owned()
}

/// `MaximumSignatureChecksExceeded` is `maximum signature checks exceeded`.
fn words(name: &str) -> String {
    let name = name.split(['(', '{', ' ']).next().unwrap_or(name);
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    #[test]
    fn every_flaw_of_a_certificate_has_its_own_words_and_way_out() {
        let at = UnixTime::since_unix_epoch(Duration::from_secs(784_111_777));
        let other = |error| CertificateError::Other(OtherError(Arc::new(error)));
        let rows = [
            CertificateError::UnknownIssuer,
            other(webpki::Error::CaUsedAsEndEntity),
            CertificateError::ExpiredContext { time: at, not_after: at },
            CertificateError::NotValidYetContext { time: at, not_before: at },
            CertificateError::NotValidForName,
            CertificateError::Revoked,
            CertificateError::InvalidPurpose,
            CertificateError::BadEncoding,
            other(webpki::Error::MaximumSignatureChecksExceeded),
        ];
        let mut shown: Vec<String> = rows
            .into_iter()
            .map(|error| describe(&Error::InvalidCertificate(error), &[]).to_string())
            .collect();
        shown
            .push(describe(&Error::General("No CA certificates were".to_owned()), &[]).to_string());
        shown.push(describe(&Error::HandshakeNotComplete, &[]).to_string());
        insta::assert_snapshot!(shown.join("\n"), @r"
        no trusted connection: nobody who is trusted here vouches for the server's certificate
        no trusted connection: the server's certificate is self-signed, or that of an authority, which cannot stand for a server
        no trusted connection: the server's certificate expired on Sun, 06 Nov 1994 08:49:37 GMT
        no trusted connection: the server's certificate is not valid before Sun, 06 Nov 1994 08:49:37 GMT
        no trusted connection: the server's certificate is for another host
        no trusted connection: the server's certificate was revoked
        no trusted connection: the server's certificate is not one for servers
        no trusted connection: the server's certificate is not accepted: it cannot be read
        no trusted connection: the server's certificate is not accepted: maximum signature checks exceeded
        no trusted connection: this machine has no certificates of authorities
        no trusted connection: handshake not complete
        ");
    }

    #[test]
    fn names_are_shown_without_their_kind() {
        for (name, expected) in [
            ("DnsName(\"localhost\")", "localhost"),
            ("IpAddress(::1)", "::1"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }
}
