//! Where the files of one library are, what they should be, and a look at them: cheap enough to take before and after every
//! attempt of a test. It changes nothing, takes no lock, never waits, and does not know why the caller looks.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;

use super::folder;
use super::observation::{Condition, Facts, Observation};
use crate::digest::Sha256;
use crate::files::{Counted, Expected, Seen, Shape, Snapshot, Stamp, Writers, writers};
use crate::interface::Verify;
use crate::machine::Machine;
use crate::making::{Empties, Made, matches};
use crate::verdict::{FileVerdict, FoundInstead, Kind, Tear, fitness};

/// The files of one library, for repeated looks. See [`Loader::watch`](crate::Loader::watch).
#[derive(Debug, Clone)]
pub struct FileWatch {
    pub(crate) kind: Kind,
    pub(crate) machine: Machine,
    pub(crate) targets: Vec<Target>,
    /// What becomes known about folders during the watch.
    pub(crate) learned: Learned,
    /// Decides whether an empty file is incomplete, for files that patterns match.
    pub(crate) empties: Option<(Empties, Arc<Made>)>,
}

/// The published content of folders that tests make, by path: recorded when the test that made them has passed.
pub(crate) type Learned = Arc<RwLock<BTreeMap<PathBuf, Counted>>>;

/// What to look at.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// This file or folder.
    Path {
        path: PathBuf,
        expected: Option<Expected>,
        /// For a folder: which content counts; if nothing else is known, the content when the watch began.
        counted: Option<Counted>,
    },
    /// All that this matches; it matched nothing when the watch began.
    Pattern(String),
}

impl FileWatch {
    /// Watches what `patterns` match now.
    pub(crate) fn over(kind: Kind, machine: Machine, patterns: &[String]) -> Self {
        let mut targets = Vec::new();
        for pattern in patterns {
            // An invalid pattern matches nothing: the import reports it.
            let paths = matches::resolve(pattern).unwrap_or_default();
            if paths.is_empty() {
                targets.push(Target::Pattern(pattern.clone()));
            }
            targets.extend(paths.into_iter().map(|path| {
                let counted = Counted::in_folder(&path);
                Target::Path { path, expected: None, counted }
            }));
        }
        let empties = Some((Empties::new(kind, patterns), Arc::default()));
        Self { kind, machine, targets, learned: Learned::default(), empties }
    }

    /// Adds what probe saw being made.
    pub(crate) fn knowing(mut self, made: Made) -> Self {
        if let Some((_, known)) = &mut self.empties {
            *known = Arc::new(made);
        }
        self
    }

    /// Adds what these are: for files the digests, whatever their stamps; for folders the names that count.
    pub(crate) fn expecting(mut self, mut made: Vec<(PathBuf, Snapshot)>) -> Self {
        for target in &mut self.targets {
            let Target::Path { path, expected, counted } = target else { continue };
            let Some(at) = made.iter().position(|(known, _)| known == path) else { continue };
            let (_, snapshot) = made.swap_remove(at);
            match snapshot.shape() {
                Shape::File => {
                    let digest = snapshot.digest;
                    *expected = Some(Expected { digest, size: None, seen: None });
                }
                Shape::Folder => *counted = Some(Counted::made(snapshot)),
            }
        }
        self
    }

    /// Returns paths in its folders that do not belong to their published content, for messages: a few for each folder.
    #[must_use]
    pub fn beside(&self) -> Vec<PathBuf> {
        let learned = self.learned.read();
        let known = self.targets.iter().filter_map(|target| match target {
            Target::Path { path, counted: Some(counted), .. } if !learned.contains_key(path) => {
                Some((path, counted))
            }
            Target::Path { .. } | Target::Pattern(_) => None,
        });
        // Leaves out what cannot be listed.
        let beside = known.chain(learned.iter()).flat_map(|(path, counted)| {
            let names = counted.beside(path).unwrap_or_default();
            names.into_iter().map(|name| path.join(name))
        });
        beside.collect()
    }

    /// Looks at every file, always in the same order. With [`Verify::Stamps`] it reads no content, and a file takes some
    /// microseconds. It then notices wrong content in a file of the right size only if it saw that content before. With
    /// [`Verify::Always`] it hashes every file.
    #[must_use]
    pub fn observe(&self, verify: Verify) -> Vec<Observation> {
        let learned = self.learned.read();
        let mut seen = Vec::new();
        for target in &self.targets {
            match target {
                Target::Path { path, expected, counted } => {
                    let counted = learned.get(path).or(counted.as_ref());
                    seen.push(self.look(path, expected.as_ref(), counted, verify));
                }
                Target::Pattern(pattern) => {
                    let paths = matches::resolve(pattern).unwrap_or_default();
                    if paths.is_empty() {
                        seen.push(absent(Path::new(pattern)));
                    }
                    let look = |path: &PathBuf| self.look(path, None, learned.get(path), verify);
                    seen.extend(paths.iter().map(look));
                }
            }
        }
        self.pass_over_empty(&mut seen);
        seen
    }

    /// If patterns match several files, an empty one counts as an ordinary file, unless it was meant to hold a library.
    fn pass_over_empty(&self, seen: &mut [Observation]) {
        let Some((empties, made)) = &self.empties else { return };
        let count = seen.iter().filter(|seen| seen.facts.is_some()).count();
        for seen in seen {
            let is_file = seen.facts.is_some_and(|facts| facts.stamps.is_none());
            if seen.condition == Condition::Torn(Tear::Empty)
                && is_file
                && !empties.are_torn(&seen.path, count, made.knows_content_of(&seen.path))
            {
                seen.condition = Condition::Unfit(FileVerdict::NotALibrary(FoundInstead::Unknown));
            }
        }
    }

    fn look(
        &self,
        path: &Path,
        expected: Option<&Expected>,
        counted: Option<&Counted>,
        verify: Verify,
    ) -> Observation {
        match self.try_look(path, expected, counted, verify) {
            Ok(seen) => seen,
            Err(error) if error.kind() == io::ErrorKind::NotFound => absent(path),
            Err(error) => Observation {
                condition: Condition::Unreadable(error.kind()),
                // It is there, whatever it is.
                facts: fs::metadata(path).ok().map(|metadata| Facts::of(&metadata)),
                ..absent(path)
            },
        }
    }

    fn try_look(
        &self,
        path: &Path,
        expected: Option<&Expected>,
        counted: Option<&Counted>,
        verify: Verify,
    ) -> io::Result<Observation> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return folder::look(path, &metadata, expected, counted, verify);
        }
        if !metadata.is_file() {
            // Opening a pipe would wait for its other end.
            let condition = Condition::Unfit(FileVerdict::NotALibrary(FoundInstead::Special));
            return Ok(Observation {
                condition,
                facts: Some(Facts::of(&metadata)),
                ..absent(path)
            });
        }
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut seen = Observation {
            path: path.to_owned(),
            condition: Condition::Whole,
            facts: None,
            whole_size: expected.and_then(|expected| expected.size),
        };
        let mut facts = Facts::of(&metadata);
        (seen.condition, facts.digest) = self.judge(&mut file, &metadata, expected, verify)?;
        if let Condition::Torn(Tear::Cut { needs, .. }) = seen.condition {
            seen.whole_size.get_or_insert(needs);
        }
        seen.facts = Some(facts);
        Ok(seen)
    }

    /// Returns what a file is, and its digest if known.
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
        if let Err(unfit) = fitness::check(self.kind, file, size, self.machine) {
            return Ok((FileVerdict::from(unfit).into(), None));
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

/// Hashes a file and compares it with the expected digest.
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

fn absent(path: &Path) -> Observation {
    Observation {
        path: path.to_owned(),
        condition: Condition::Absent,
        facts: None,
        whole_size: None,
    }
}
