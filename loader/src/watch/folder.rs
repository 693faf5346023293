//! A look at a folder: of what it was published with, since what its users leave beside that is theirs. It does not know where the
//! listing comes from.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Expected, Seen, facts};
use crate::files::stamps::{self, Stamps};
use crate::files::{Listing, Snapshot};
use crate::interface::Verify;
use crate::verdict::Tear;
use crate::watch::observation::{Condition, Facts, Observation};

/// What a folder was published with. Nothing else in it is judged.
#[derive(Debug, Clone)]
pub(crate) enum Counted {
    Listing(Arc<Listing>),
    /// Nothing is known of the contents.
    Names(Arc<[String]>),
}

/// No more names of what lies beside a folder's own files are wanted: they are for messages.
const BESIDE: usize = 4;

impl Counted {
    pub(super) fn in_folder(path: &Path) -> Option<Self> {
        let is_folder = fs::metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let names = is_folder.then(|| stamps::names(path).ok()).flatten()?;
        Some(Self::Names(names.into()))
    }

    /// What there was of a folder when it was made.
    pub(crate) fn made(snapshot: Snapshot) -> Self {
        Self::Names(snapshot.into_names().into())
    }

    fn stamps(&self, path: &Path) -> io::Result<Stamps> {
        match self {
            Self::Listing(listing) => stamps::of(path, listing.names()),
            Self::Names(names) => stamps::of(path, names.iter().map(String::as_str)),
        }
    }

    /// What lies in the folder besides: relative paths, a few.
    pub(super) fn beside(&self, path: &Path) -> io::Result<Vec<String>> {
        stamps::beside(path, &|name| self.has(name), BESIDE)
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Listing(listing) => listing.get(name).is_some(),
            // They are sorted.
            Self::Names(names) => names.binary_search_by(|known| known.as_str().cmp(name)).is_ok(),
        }
    }
}

/// Looks at a folder that is there.
pub(super) fn look(
    path: &Path,
    metadata: &Metadata,
    expected: Option<&Expected>,
    counted: Option<&Counted>,
    verify: Verify,
) -> io::Result<Observation> {
    let Stamps { digest: stamps, size, modified } = match counted {
        Some(counted) => counted.stamps(path)?,
        None => stamps::of_all(path)?,
    };
    let untouched = expected
        .filter(|expected| matches!(expected.seen, Some(Seen::Folder(known)) if known == stamps));
    let digest = match (verify, counted) {
        (Verify::Stamps, _) => untouched.map(|expected| expected.digest),
        (Verify::Always, Some(Counted::Listing(counted))) => {
            Some(Listing::read_again(path, counted)?.digest()?)
        }
        (Verify::Always, _) if expected.is_some() => Some(Listing::read(path)?.digest()?),
        (Verify::Always, _) => None,
    };
    let condition = match (expected, digest) {
        _ if fs::read_dir(path)?.next().is_none() => Condition::Torn(Tear::Empty),
        (Some(Expected { digest: right, .. }), Some(found)) if found != *right => {
            Condition::WrongDigest { expected: *right, found: Some(found) }
        }
        // Something is missing in it, or has another size.
        (Some(Expected { digest: right, size: Some(whole), .. }), None) if size != *whole => {
            Condition::WrongDigest { expected: *right, found: None }
        }
        _ => Condition::Whole,
    };
    // When a folder itself was written to tells only that something came or went beside.
    let now = facts(metadata);
    let modified = modified.unwrap_or(now.modified);
    let facts = Facts { size, modified, digest, stamps: Some(stamps), ..now };
    Ok(Observation {
        path: path.to_owned(),
        condition,
        facts: Some(facts),
        whole_size: expected.and_then(|expected| expected.size),
    })
}
