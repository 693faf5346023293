//! What facts say of imports.

use std::borrow::Cow;

use probe_loader::{Holder, How};
use serde::{Deserialize, Serialize};

/// What an import does that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PreloadWork {
    Build,
    Fetch,
}

/// How a library came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PreloadHow {
    Cached,
    Placed,
    Fetched,
    Built,
    Adopted,
    FetchedByOther,
    BuiltByOther,
}

/// Who is waited for, as they said themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HeldBy<'a> {
    pub(crate) pid: u32,
    pub(crate) host: Cow<'a, str>,
    pub(crate) command: Cow<'a, str>,
    /// In seconds since 1970.
    pub(crate) since: u64,
}

/// An attempt at an import that went wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportAttempt<'a> {
    /// From where.
    pub(crate) origin: Cow<'a, str>,
    pub(crate) cause: Cow<'a, str>,
}

impl PreloadHow {
    /// How it came, and whether its origin has confirmed it.
    pub(crate) fn of(how: How) -> (Self, bool) {
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
