//! Facts about the preparation of libraries.

use std::borrow::Cow;

use probe_loader::{Holder, How};
use serde::{Deserialize, Serialize};

/// The slow work in a preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreloadWork {
    /// It runs a command.
    Build,
    /// It downloads or copies.
    Fetch,
}

/// How a library was prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreloadHow {
    /// It was ready already.
    Cached,
    /// It was put in place from the store.
    Placed,
    /// It was downloaded or copied.
    Fetched,
    /// Its command made it.
    Built,
    /// It was found in place.
    Adopted,
    /// Another process fetched it meanwhile.
    FetchedByOther,
    /// Another process built it meanwhile.
    BuiltByOther,
}

/// The process that others wait for, as it describes itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeldBy<'a> {
    /// The process id.
    pub pid: u32,
    /// Its machine.
    pub host: Cow<'a, str>,
    /// Its command line.
    pub command: Cow<'a, str>,
    /// Since when it holds the lock, in seconds since 1970.
    pub since: u64,
}

/// A failed attempt of a preparation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportAttempt<'a> {
    /// The source.
    pub origin: Cow<'a, str>,
    /// The cause.
    pub cause: Cow<'a, str>,
}

impl PreloadHow {
    /// How it was prepared, and whether its source has confirmed it.
    pub fn of(how: How) -> (Self, bool) {
        let told = match how {
            How::Cached => Self::Cached,
            How::Placed => Self::Placed,
            How::Fetched => Self::Fetched,
            How::Built => Self::Built,
            How::Adopted | How::Unconfirmed => Self::Adopted,
            How::FetchedByOther => Self::FetchedByOther,
            How::BuiltByOther => Self::BuiltByOther,
        };
        (told, how != How::Unconfirmed)
    }
}

impl<'a> From<&'a Holder> for HeldBy<'a> {
    fn from(holder: &'a Holder) -> Self {
        let Holder { pid, host, command, since } = holder;
        Self { pid: *pid, host: host.into(), command: command.into(), since: *since }
    }
}
