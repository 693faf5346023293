//! A look at a folder: at its published content only, because what users add belongs to them. It does not know where the listing
//! comes from.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::observation::{Condition, Facts, Observation};
use crate::files::stamps::{self, Stamps};
use crate::files::{Counted, Expected, Listing, Seen};
use crate::interface::Verify;
use crate::verdict::Tear;

/// Looks at an existing folder.
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
    // A folder's own modification time only shows that an entry was added or removed.
    let now = Facts::of(metadata);
    let modified = modified.unwrap_or(now.modified);
    let facts = Facts { size, modified, digest, stamps: Some(stamps), ..now };
    Ok(Observation {
        path: path.to_owned(),
        condition,
        facts: Some(facts),
        whole_size: expected.and_then(|expected| expected.size),
    })
}
