//! What facts say of imports.

use std::borrow::Cow;

use probe_loader::{Holder, How};
use serde::{Deserialize, Serialize};

/// What an import does that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreloadWork {
    /// It runs a command.
    Build,
    /// It downloads or copies.
    Fetch,
}

/// How a library came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreloadHow {
    /// It was there already.
    Cached,
    /// It was put in place from the store.
    Placed,
    /// It was downloaded or copied.
    Fetched,
    /// Its command made it.
    Built,
    /// It was found in its place.
    Adopted,
    /// Another process fetched it meanwhile.
    FetchedByOther,
    /// Another process built it meanwhile.
    BuiltByOther,
}

/// Who is waited for, as they said themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeldBy<'a> {
    /// The process.
    pub pid: u32,
    /// Its machine.
    pub host: Cow<'a, str>,
    /// What it was called with.
    pub command: Cow<'a, str>,
    /// In seconds since 1970.
    pub since: u64,
}

/// An attempt at an import that went wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportAttempt<'a> {
    /// From where.
    pub origin: Cow<'a, str>,
    /// What went wrong.
    pub cause: Cow<'a, str>,
}

impl PreloadHow {
    /// How it came, and whether its origin has confirmed it.
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
