//! Where the files of one library are, what they should be, and a look at them: cheap enough to be taken before and after every
//! attempt at a test. It changes nothing, takes no lock, waits for nobody, and does not know why anybody looks.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::digest::Sha256;
use crate::error::Cause;
use crate::fitness;
use crate::lease::{Writers, writers};
use crate::library::Kind;
use crate::listing::Listing;
use crate::machine::Machine;
use crate::matches;
use crate::observation::{Condition, Facts, Observation};
use crate::settings::Verify;
use crate::snapshot::{self, Snapshot};
use crate::stamp::Stamp;
use crate::verdict::{Found, Tear, Verdict};

/// The files of one library, to be looked at again and again. See [`Loader::watch`](crate::Loader::watch).
#[derive(Debug, Clone)]
pub struct Watch {
    pub(crate) kind: Kind,
    pub(crate) machine: Machine,
    pub(crate) targets: Vec<Target>,
}

/// What is looked at.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// This file or folder.
    Path { path: PathBuf, expected: Option<Expected> },
    /// Whatever this matches, which was nothing when the watch began.
    Pattern(String),
}

/// What is known of the content that belongs at a path.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// Of a file's content, or of a folder's listing.
    pub(crate) digest: Sha256,
    /// In bytes.
    pub(crate) size: Option<u64>,
    /// What the path looked like when it was known to have that content.
    pub(crate) seen: Option<Seen>,
}

/// What a path with the right content looked like.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    File(Stamp),
    Folder(Snapshot),
}

impl Watch {
    /// Fixes what `patterns` match now.
    pub(crate) fn over(kind: Kind, machine: Machine, patterns: &[String]) -> Self {
        let mut targets = Vec::new();
        for pattern in patterns {
            // A pattern that is none matches nothing: the import says what is wrong with it.
            let paths = matches::resolve(pattern).unwrap_or_default();
            if paths.is_empty() {
                targets.push(Target::Pattern(pattern.clone()));
            }
            targets.extend(paths.into_iter().map(|path| Target::Path { path, expected: None }));
        }
        Self { kind, machine, targets }
    }

    /// Knows the digests of these files, whatever their stamps.
    pub(crate) fn expecting(mut self, files: &[(PathBuf, Sha256)]) -> Self {
        for target in &mut self.targets {
            if let Target::Path { path, expected } = target
                && let Some((_, digest)) = files.iter().find(|(known, _)| known == path)
            {
                *expected = Some(Expected { digest: *digest, size: None, seen: None });
            }
        }
        self
    }

    /// Looks at every file: always in the same order. With [`Verify::Stamps`] no content is read, and a file costs some
    /// microseconds; a content that is wrong in a file of the right size is then seen only if it was seen before. With
    /// [`Verify::Always`] every file is hashed.
    #[must_use]
    pub fn observe(&self, verify: Verify) -> Vec<Observation> {
        let mut seen = Vec::new();
        for target in &self.targets {
            match target {
                Target::Path { path, expected } => {
                    seen.push(self.look(path, expected.as_ref(), verify));
                }
                Target::Pattern(pattern) => {
                    let paths = matches::resolve(pattern).unwrap_or_default();
                    if paths.is_empty() {
                        seen.push(absent(Path::new(pattern)));
                    }
                    seen.extend(paths.iter().map(|path| self.look(path, None, verify)));
                }
            }
        }
        seen
    }

    fn look(&self, path: &Path, expected: Option<&Expected>, verify: Verify) -> Observation {
        match self.try_look(path, expected, verify) {
            Ok(seen) => seen,
            Err(error) if error.kind() == io::ErrorKind::NotFound => absent(path),
            Err(error) => Observation {
                condition: Condition::Unreadable(error.kind()),
                // It is there, whatever it is.
                facts: fs::metadata(path).ok().map(|metadata| facts(&metadata)),
                ..absent(path)
            },
        }
    }

    fn try_look(
        &self,
        path: &Path,
        expected: Option<&Expected>,
        verify: Verify,
    ) -> io::Result<Observation> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return look_at_folder(path, &metadata, expected, verify);
        }
        if !metadata.is_file() {
            // To open a pipe would wait for its other end.
            let condition = Condition::Unfit(Verdict::NotALibrary(Found::Special));
            return Ok(Observation { condition, facts: Some(facts(&metadata)), ..absent(path) });
        }
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut seen = Observation {
            path: path.to_owned(),
            condition: Condition::Whole,
            facts: None,
            whole_size: expected.and_then(|expected| expected.size),
        };
        let mut facts = facts(&metadata);
        (seen.condition, facts.digest) = self.judge(&mut file, &metadata, expected, verify)?;
        if let Condition::Torn(Tear::Cut { needs, .. }) = seen.condition {
            seen.whole_size.get_or_insert(needs);
        }
        seen.facts = Some(facts);
        Ok(seen)
    }

    /// What a file is, and its digest if that is known.
    fn judge(
        &self,
        file: &mut File,
        metadata: &Metadata,
        expected: Option<&Expected>,
        verify: Verify,
    ) -> io::Result<(Condition, Option<Sha256>)> {
        let (size, stamp) = (metadata.len(), Stamp::of(metadata));
        let known = expected.filter(|expected| {
            verify == Verify::Stamps
                && matches!(expected.seen, Some(Seen::File(known)) if known == stamp)
        });
        if known.is_none() && writers(file) == Writers::Some {
            return Ok((Condition::Changing, None));
        }
        if let Err(cause) = fitness::check(self.kind, file, size, self.machine) {
            return Ok((unfit(&cause), None));
        }
        if let Some(expected) = known {
            return Ok((Condition::Whole, Some(expected.digest)));
        }
        let Some(Expected { digest: right, size: right_size, .. }) = expected else {
            return match verify {
                Verify::Stamps => Ok((Condition::Whole, None)),
                Verify::Always => hash(file, stamp, None),
            };
        };
        if let Some(needs) = right_size.filter(|right| self.kind == Kind::Data && size < *right) {
            return Ok((Condition::Torn(Tear::Cut { size, needs }), None));
        }
        match verify {
            Verify::Always => hash(file, stamp, Some(*right)),
            Verify::Stamps if right_size.is_some_and(|right| right != size) => {
                Ok((Condition::WrongDigest { expected: *right, found: None }, None))
            }
            Verify::Stamps => Ok((Condition::Whole, None)),
        }
    }
}

/// Hashes a file, and compares it with what it should be.
fn hash(
    file: &mut File,
    before: Stamp,
    expected: Option<Sha256>,
) -> io::Result<(Condition, Option<Sha256>)> {
    io::Seek::rewind(file)?;
    let (found, _) = Sha256::of_reader(file)?;
    if Stamp::of(&file.metadata()?) != before {
        return Ok((Condition::Changing, None));
    }
    let condition = match expected {
        Some(expected) if expected != found => {
            Condition::WrongDigest { expected, found: Some(found) }
        }
        _ => Condition::Whole,
    };
    Ok((condition, Some(found)))
}

fn look_at_folder(
    path: &Path,
    metadata: &Metadata,
    expected: Option<&Expected>,
    verify: Verify,
) -> io::Result<Observation> {
    let (stamps, size) = snapshot::list(path)?;
    let untouched = expected.filter(
        |expected| matches!(&expected.seen, Some(Seen::Folder(known)) if known.digest == stamps),
    );
    let digest = match verify {
        Verify::Stamps => untouched.map(|expected| expected.digest),
        Verify::Always => Some(Listing::read(path)?.digest()?),
    };
    let condition = match (expected, digest) {
        _ if fs::read_dir(path)?.next().is_none() => Condition::Torn(Tear::Empty),
        (Some(Expected { digest: right, .. }), Some(found)) if found != *right => {
            Condition::WrongDigest { expected: *right, found: Some(found) }
        }
        // Something is missing in it, or too much.
        (Some(Expected { digest: right, size: Some(whole), .. }), None) if size != *whole => {
            Condition::WrongDigest { expected: *right, found: None }
        }
        _ => Condition::Whole,
    };
    let facts = Facts { size, digest, stamps: Some(stamps), ..facts(metadata) };
    Ok(Observation {
        path: path.to_owned(),
        condition,
        facts: Some(facts),
        whole_size: expected.and_then(|expected| expected.size),
    })
}

fn absent(path: &Path) -> Observation {
    Observation {
        path: path.to_owned(),
        condition: Condition::Absent,
        facts: None,
        whole_size: None,
    }
}

fn facts(metadata: &Metadata) -> Facts {
    Facts {
        size: metadata.len(),
        modified: metadata.modified().unwrap_or(std::time::UNIX_EPOCH),
        inode: metadata.ino(),
        digest: None,
        stamps: None,
    }
}

fn unfit(cause: &Cause) -> Condition {
    fitness::verdict(cause).into()
}
