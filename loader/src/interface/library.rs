//! What is to be imported. It does not know how: no state, and nothing that touches a disk.

use std::path::PathBuf;

use super::command::CommandLine;
use super::pin::Pin;
use crate::digest::Sha256;
use crate::verdict::Kind;

/// A native artefact that tests load or execute.
#[derive(Debug, Clone)]
pub struct ImportSpec {
    /// Its name, for messages.
    pub name: String,
    /// Its version: tells apart two contents of one URL while no digest is pinned.
    pub version: Option<String>,
    /// Where it comes from.
    pub source: ImportSource,
    /// What it must be to count as whole.
    pub kind: Kind,
    /// The absolute path at which its tests look for it, if not only in the store. No meaning for a [`ImportSource::Command`], which
    /// says by `paths` where it leaves things.
    pub to: Option<PathBuf>,
    /// Whether the name of `to` comes from the URL, as in Deno's cache: only then may what lies there be taken for a library that
    /// has no digest, since nobody asked for another URL under this name.
    pub named_by_url: bool,
    /// What it was pinned to for another version, if that is known: a file at `to` with this digest is not taken for it.
    pub former: Option<Pin>,
}

/// Where a library comes from.
#[derive(Debug, Clone)]
pub enum ImportSource {
    /// A download.
    Url {
        /// The first place to ask; `https`, or `http` for the loopback host or with a pinned digest.
        url: String,
        /// Other places that serve the same bytes, asked in turn.
        mirrors: Vec<String>,
        /// The digest of the downloaded bytes.
        sha256: Option<Sha256>,
        /// The file to take from the archive that is downloaded; with a trailing slash, the folder.
        member: Option<String>,
    },
    /// A local file, copied into the store as a download is.
    Path {
        /// The file; absolute.
        path: PathBuf,
        /// The digest that it must have.
        sha256: Option<Sha256>,
        /// What to take from it, if it is an archive: a file or, with a trailing slash, a folder.
        member: Option<String>,
    },
    /// A command that leaves the library somewhere.
    Command {
        /// What is run.
        command: CommandLine,
        /// Absolute [patterns](crate::Pattern); each must match something whole afterwards. Without any it is not known where the
        /// library is: its path is empty, and whether it is there its inputs alone say.
        paths: Vec<String>,
        /// Absolute patterns of the files that the result depends on. If they are as at the last success, and what
        /// `paths` matched is untouched, the command is skipped. Without any, it runs once for every [`Loader`](crate::Loader),
        /// unless another one lives, in this process or another one, that has run it.
        inputs: Vec<String>,
    },
}

impl ImportSpec {
    /// A library that is native, has no version, and stays in the store.
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
    /// A download without mirrors, digest or member.
    pub fn url(url: impl Into<String>) -> Self {
        Self::Url { url: url.into(), mirrors: Vec::new(), sha256: None, member: None }
    }
}
