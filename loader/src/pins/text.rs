//! Pins and their text format. It does not know where the lock file is, or which libraries exist.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use url::Url;

use crate::interface::Pin;

/// The version of the text format that is written, and the only one that is read.
pub(super) const VERSION: u64 = 1;

/// The beginning of the text.
const HEADER: &str = "\
# What the libraries downloaded when they were pinned. Written by `probe lock`, to be committed.
";

/// Pins by library and platform. The caller chooses the names of both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins(pub(super) BTreeMap<(String, String), Pin>);

impl Pins {
    /// Returns the pin of a library for a platform, if it is a pin for `url`.
    #[must_use]
    pub fn find(&self, library: &str, platform: &str, url: &str) -> Option<&Pin> {
        self.get(library, platform).filter(|pin| pin.is_for(url))
    }

    /// Returns the pin of a library for a platform, for any URL.
    #[must_use]
    pub fn get(&self, library: &str, platform: &str) -> Option<&Pin> {
        self.0.get(&(library.to_owned(), platform.to_owned()))
    }

    /// Pins a library for a platform; replaces an earlier pin. Leaves out user name, password and fragment of the URL.
    pub fn insert(&mut self, library: &str, platform: &str, pin: &Pin) {
        let pin = Pin { url: of_file(&pin.url), sha256: pin.sha256, size: pin.size };
        self.0.insert((library.to_owned(), platform.to_owned()), pin);
    }

    /// Removes the pin of a library for a platform, if there is one.
    pub fn remove(&mut self, library: &str, platform: &str) {
        self.0.remove(&(library.to_owned(), platform.to_owned()));
    }

    /// Returns every pin with its library and platform, sorted by them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Pin)> {
        self.0.iter().map(|((library, platform), pin)| (library.as_str(), platform.as_str(), pin))
    }
}

impl Pin {
    /// Whether it is the pin for `url`, with any user name and password.
    #[must_use]
    pub fn is_for(&self, url: &str) -> bool {
        // Older versions wrote the fragment too.
        self.url == url || of_file(&self.url) == of_file(url)
    }
}

/// Returns a URL without user name and password, and without the fragment, which no server gets. Unlike in messages, the query
/// stays: it is in the manifest too, and two queries give two files.
fn of_file(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(file, _)| file);
    match Url::parse(url) {
        Ok(mut parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            // Only URLs without a host refuse, and they have no user either.
            parsed.set_username("").ok();
            parsed.set_password(None).ok();
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}

/// The text as a document. It is a list of tables, so that two branches that pin different libraries merge line by line.
#[derive(Serialize)]
struct Document<'a> {
    version: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pin: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    library: &'a str,
    platform: &'a str,
    url: &'a str,
    size: u64,
    sha256: String,
}

impl fmt::Display for Pins {
    /// Writes the text of a lock file, which [`Pins::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.iter().map(|(library, platform, pin)| Line {
            library,
            platform,
            url: &pin.url,
            size: pin.size,
            sha256: pin.sha256.to_string(),
        });
        let document = Document { version: VERSION, pin: lines.collect() };
        let text = toml::to_string(&document).map_err(|_| fmt::Error)?;
        write!(f, "{HEADER}{text}")
    }
}
