//! What to import. It does not know how: it has no state and does not touch the disk.

use std::path::PathBuf;

use super::command::CommandLine;
use super::pin::Pin;
use crate::digest::Sha256;
use crate::verdict::Kind;

/// A native file or folder that tests load or execute.
#[derive(Debug, Clone)]
pub struct ImportSpec {
    /// Its name, for messages.
    pub name: String,
    /// Its version: distinguishes two contents of one URL if no digest is pinned.
    pub version: Option<String>,
    /// Where it comes from.
    pub source: ImportSource,
    /// What it must be to count as complete.
    pub kind: Kind,
    /// The absolute path where its tests look for it, if not only in the store. Has no meaning for an [`ImportSource::Command`],
    /// whose `paths` say where it leaves files.
    pub to: Option<PathBuf>,
    /// Whether the name of `to` comes from the URL, as in Deno's cache. Only then may a file at `to` count as a library without a
    /// digest, because no other URL would use this name.
    pub named_by_url: bool,
    /// Its pin for another version, if known: a file at `to` with this digest does not count as this library.
    pub former: Option<Pin>,
}

/// Where a library comes from.
#[derive(Debug, Clone)]
pub enum ImportSource {
    /// A download.
    Url {
        /// The first place to ask; `https`, or `http` for the loopback host or with a pinned digest.
        url: String,
        /// Other places with the same bytes, asked in this order.
        mirrors: Vec<String>,
        /// The digest of the downloaded bytes.
        sha256: Option<Sha256>,
        /// The file to take from the downloaded archive; with a trailing slash, the folder.
        member: Option<String>,
    },
    /// A local file, copied into the store like a download.
    Path {
        /// The absolute path of the file.
        path: PathBuf,
        /// The digest that it must have.
        sha256: Option<Sha256>,
        /// What to take from it if it is an archive: a file or, with a trailing slash, a folder.
        member: Option<String>,
    },
    /// A command that makes the library.
    Command {
        /// The command.
        command: CommandLine,
        /// Absolute [patterns](crate::Pattern); each must match something complete afterwards. Without patterns it is unknown
        /// where the library is: its path is empty, and only its inputs decide whether it is there.
        paths: Vec<String>,
        /// Absolute patterns of the files that the result depends on. If they are unchanged since the last success, and so is
        /// what `paths` matched, the command is skipped. Without patterns, each [`Loader`](crate::Loader) runs it once, unless
        /// another live loader, in this process or another one, has run it.
        inputs: Vec<String>,
    },
}

impl ImportSpec {
    /// Creates a native library without a version, which stays in the store.
    pub fn new(name: impl Into<String>, source: ImportSource) -> Self {
        Self {
            name: name.into(),
            version: None,
            source,
            kind: Kind::default(),
            to: None,
            named_by_url: false,
            former: None,
        }
    }
}

impl ImportSource {
    /// Creates a download without mirrors, digest or member.
    pub fn url(url: impl Into<String>) -> Self {
        Self::Url { url: url.into(), mirrors: Vec::new(), sha256: None, member: None }
    }
}
