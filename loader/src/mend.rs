//! Watches the files of a library that is there, and repairs them if a killed test left them incomplete (torn). It does not know
//! tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fetching::{local, remote};
use crate::files::Expected;
use crate::interface::{Aside, Host, ImportError, ImportSource, ImportSpec, Settings, Verify};
use crate::lead::Led;
use crate::loader::{Imported, Loader};
use crate::making::{Makings, Whose, build, history, matches};
use crate::places;
use crate::shelves::{self, Known};
use crate::verdict::Kind;
use crate::watch::{Condition, FileWatch, Learned, Observation, Target};

/// What [`Loader::mend`] found, and what it did.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The files as they were.
    pub found: Vec<Observation>,
    /// What was done about them.
    pub repair: Repair,
}

/// What was done about a library's files.
#[derive(Debug, Clone)]
pub enum Repair {
    /// Nothing: all of them are complete.
    Unneeded,
    /// The library was imported again, and is complete.
    Imported(Imported),
    /// Incomplete files were moved aside: the next user of the library makes it anew.
    MovedAside(Vec<Aside>),
    /// Nothing: no file is incomplete, or probe must not replace it.
    Left,
    /// The library could not be prepared again.
    Failed(ImportError),
}

impl Loader {
    /// Returns the files of a library that tests open: the file at its `to`, else the one in the store; for a command, all that
    /// its `paths` match now.
    ///
    /// A library that was never imported and has no `to` has no files. Reads the store's records, so call it once after an
    /// import. It notices a file that contradicts the library's digest if the library is in the store or pinned. It notices a
    /// change in a file that a command made only by hashing it, because its users may write to it.
    #[must_use]
    pub fn watch(&self, library: &ImportSpec) -> FileWatch {
        let machine = self.settings().machine;
        let (key, pinned) = match &library.source {
            ImportSource::Command { command, paths, inputs } => {
                let maker = build::maker(command);
                let made = history::made(self.store(), self.built(), maker, paths, inputs);
                return FileWatch::over(library.kind, machine, paths)
                    .expecting(made)
                    .knowing(Makings::new(self.store(), paths).made());
            }
            ImportSource::Url { url, sha256, member, .. } => {
                let (version, member) = (library.version.as_deref(), member.as_deref());
                // The digest of an archive says nothing about its member.
                let pinned = sha256.filter(|_| member.is_none());
                (remote::entry_key(url, version, member, *sha256), pinned)
            }
            ImportSource::Path { path, sha256, member } => {
                let pinned = sha256.filter(|_| member.is_none());
                (local::key(path, member.as_deref(), *sha256), pinned)
            }
        };
        let stored = shelves::known(self.store(), key);
        let target = match (library.to.clone(), stored) {
            (Some(path), Some(Known { expected, counted, .. })) => {
                let seen = places::recorded(self.store(), &path, expected.digest);
                let expected = Some(Expected { seen, ..expected });
                Some(Target::Path { path, expected, counted })
            }
            (Some(path), None) => {
                let expected = pinned.map(|digest| Expected { digest, size: None, seen: None });
                Some(Target::Path { path, expected, counted: None })
            }
            (None, Some(Known { path, expected, counted })) => {
                Some(Target::Path { path, expected: Some(expected), counted })
            }
            (None, None) => None,
        };
        let targets = Vec::from_iter(target);
        FileWatch {
            kind: library.kind,
            machine,
            targets,
            learned: Learned::default(),
            empties: None,
        }
    }

    /// Like `watch`, for a library that tests make: what its `paths` match.
    #[must_use]
    pub fn watch_led(&self, library: &Led) -> FileWatch {
        let made = Makings::new(self.store(), &library.paths).made();
        let watch = FileWatch::over(library.kind, self.settings().machine, &library.paths);
        FileWatch { learned: self.learned(library), ..watch.knowing(made) }
    }

    /// Checks a library's files, and hashes them if `verify` says so. Imports the library again if a file is not acceptable. Call
    /// it after a test was killed or died, which may leave an incomplete file that everything trusts.
    ///
    /// An incomplete file is replaced in one step from the store's own copy, or from the library's origin. If a process has the
    /// file open for writing, `mend` waits for [`Settings::lock_timeout`], and never replaces it. A command runs again.
    #[must_use]
    pub fn mend(&self, library: &ImportSpec, verify: Verify, host: &dyn Host) -> Mended {
        let found = self.watch(library).observe(verify);
        let will_do = |seen: &Observation| match seen.condition {
            Condition::Whole => true,
            // A pattern may match more than the library.
            Condition::Unfit(_) => matches!(library.source, ImportSource::Command { .. }),
            _ => false,
        };
        let repair = if found.iter().all(will_do) {
            Repair::Unneeded
        } else {
            // Stamps must not hide what was found.
            let settings = Settings { verify: Verify::Always, ..self.settings().clone() };
            match self.import_with(library, &settings, host) {
                Ok(imported) => Repair::Imported(imported),
                Err(error) => Repair::Failed(error),
            }
        };
        Mended { found, repair }
    }

    /// Records that probe saw files being made at the `paths` of a library: they appeared or changed while a test ran. Each has
    /// the size in bytes that probe saw. probe moves an incomplete file aside only if it saw it being made; the rest belongs to
    /// the user.
    pub fn saw_made(&self, paths: &[String], files: &[(PathBuf, u64)]) {
        let makings = Makings::new(self.store(), paths);
        let mut made = makings.made();
        files.iter().for_each(|(path, size)| made.see(path, *size));
        // Without the record an incomplete file stays and is reported.
        makings.remember(made).ok();
    }

    /// Whether an incomplete file at the `paths` of a library belongs to the library: probe saw it being made, or the library is
    /// that one file. Otherwise it belongs to the user.
    #[must_use]
    pub fn is_of_library(&self, kind: Kind, paths: &[String], file: &Path) -> bool {
        let made = Makings::new(self.store(), paths).made();
        let all = paths.iter().filter_map(|pattern| matches::resolve(pattern).ok()).flatten();
        let count = all.collect::<BTreeSet<_>>().len();
        Whose::new(kind, paths, count, &made, None).shelf(file).is_some()
    }

    /// Whether probe saw a file being made at the `paths` of a library.
    #[must_use]
    pub fn has_seen_made(&self, paths: &[String], file: &Path) -> bool {
        Makings::new(self.store(), paths).made().knows(file)
    }

    /// Like `mend`, for a library that tests make: incomplete files are moved aside, when no process writes to them any more, so
    /// that the next leader makes the library anew. A file that probe did not see being made stays, unless the library is that
    /// one file.
    #[must_use]
    pub fn mend_led(&self, library: &Led, verify: Verify, host: &dyn Host) -> Mended {
        let torn = |seen: &[Observation]| {
            let conditions = seen.iter().map(|seen| &seen.condition);
            conditions
                .filter(|condition| matches!(condition, Condition::Torn(_) | Condition::Changing))
                .count()
        };
        let watch = self.watch_led(library);
        let found = watch.observe(verify);
        let repair = if found.iter().all(|seen| seen.condition.is_whole()) {
            Repair::Unneeded
        } else if torn(&found) == 0 {
            Repair::Left
        } else {
            match self.put_away_led(library, host) {
                Ok(aside) if aside.is_empty() => Repair::Left,
                Ok(aside) => Repair::MovedAside(aside),
                Err(error) => Repair::Failed(error),
            }
        };
        Mended { found, repair }
    }
}
