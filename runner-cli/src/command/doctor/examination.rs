//! The looking and the mending, cache by cache. Does not know how it is told.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use probe_loader::{
    Aside, Checked, CommandLimits, CommandLine, Condition, FileVerdict, ImportSource, ImportSpec,
    Kind, Led, Loader, Observation, Pattern, Repair, Upkeep, Verify,
};

use super::finding::{Finding, Outcome};
use crate::command::store::Unkept;

/// What was looked at so far, and what was found.
pub(super) struct Examination<'a> {
    loader: &'a Loader,
    fix: bool,
    findings: Vec<Finding>,
    /// Every file, since one may be in two caches that probe knows.
    seen: BTreeSet<PathBuf>,
}

/// What mends a file.
#[derive(Clone, Copy)]
enum Cure<'a> {
    /// An import of its library.
    Import(&'a ImportSpec),
    /// Whoever needs it next makes it anew, as long as none is there. What patterns match may be the user's; what is in a cache
    /// that others than the user fill is not.
    Absence(Option<&'a [String]>),
}

impl<'a> Examination<'a> {
    pub(super) fn new(loader: &'a Loader, fix: bool) -> Self {
        Self { loader, fix, findings: Vec::new(), seen: BTreeSet::new() }
    }

    pub(super) fn into_findings(self) -> (Vec<Finding>, usize) {
        (self.findings, self.seen.len())
    }

    /// The store: every file has the digest that it is called by.
    pub(super) fn store(&mut self, upkeep: &Upkeep) -> Result<(), Unkept> {
        for item in upkeep.list().map_err(Unkept)? {
            let condition = match upkeep.hash(&item) {
                Ok(found) if found == item.digest => None,
                Ok(found) => {
                    Some(format!("another content: sha256 `{found}`, not `{}`", item.digest))
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => Some(format!("unreadable: {error}")),
            };
            self.seen.insert(item.path.clone());
            let Some(condition) = condition else { continue };
            let outcome = if self.fix {
                match upkeep.verify(&item).map_err(Unkept)? {
                    Checked::Damaged { moved_to, .. } => {
                        Outcome::MovedAside { to: moved_to, back: None }
                    }
                    Checked::Whole => continue,
                    Checked::Gone => Outcome::Left("it is gone".to_owned()),
                    Checked::Unreadable(error) => Outcome::Left(error.to_string()),
                }
            } else {
                Outcome::Found
            };
            let owner = "the store".to_owned();
            self.findings.push(Finding { path: item.path, condition, owner, outcome });
        }
        Ok(())
    }

    /// The files of a library outside the store.
    pub(super) fn library(&mut self, library: &ImportSpec) {
        let cure = match &library.source {
            ImportSource::Command { paths, .. } => Cure::Absence(Some(paths)),
            // What is in the store alone has been looked at there.
            _ if library.to.is_none() => return,
            _ => Cure::Import(library),
        };
        let owner = format!("library {}", library.name);
        for seen in self.loader.watch(library).observe(Verify::Always) {
            // A pattern may match more than the library.
            let is_other =
                matches!((cure, &seen.condition), (Cure::Absence(_), Condition::Unfit(_)));
            if !is_other {
                self.judge(&seen, &owner, cure, library.kind);
            }
        }
    }

    /// The files of a library that tests make.
    pub(super) fn made(&mut self, library: &Led) {
        let owner = format!("library {}", library.name);
        for seen in self.loader.watch_led(library).observe(Verify::Stamps) {
            if !matches!(seen.condition, Condition::Unfit(_)) {
                self.judge(&seen, &owner, Cure::Absence(Some(&library.paths)), library.kind);
            }
        }
    }

    /// Deno's plug cache, whoever wrote there: plug takes what is there for whole, for ever.
    pub(super) fn plug(&mut self, cache: &Path) {
        let root = Pattern::escape(&cache.join("plug").to_string_lossy());
        // Below a scheme lies a directory for each host; below `file`, none.
        for pattern in [format!("{root}/*/*/*"), format!("{root}/file/*")] {
            for seen in self.loader.watch(&matched_by(&pattern)).observe(Verify::Stamps) {
                let is_library = seen.path.extension().is_some_and(|extension| {
                    ["so", "dylib", "dll"].iter().any(|known| extension == *known)
                });
                let is_note = seen.path.to_string_lossy().ends_with(".metadata.json");
                let is_other = matches!(&seen.condition, Condition::Unfit(verdict)
                    if !(is_library && matches!(verdict, FileVerdict::NotALibrary(_))));
                if !is_note && !is_other && !seen.path.is_dir() {
                    self.judge(&seen, "Deno's plug cache", Cure::Absence(None), Kind::Native);
                }
            }
        }
    }

    fn judge(&mut self, seen: &Observation, owner: &str, cure: Cure<'_>, kind: Kind) {
        if seen.condition == Condition::Absent || !self.seen.insert(seen.path.clone()) {
            return;
        }
        if seen.condition.is_whole() {
            return;
        }
        let outcome = if self.fix { self.mend(seen, cure, kind) } else { Outcome::Found };
        self.findings.push(Finding {
            path: seen.path.clone(),
            condition: seen.condition.to_string(),
            owner: owner.to_owned(),
            outcome,
        });
    }

    fn mend(&self, seen: &Observation, cure: Cure<'_>, kind: Kind) -> Outcome {
        match cure {
            Cure::Import(library) => match self.loader.mend(library, Verify::Always, &()).repair {
                Repair::Imported(_) | Repair::Unneeded => Outcome::Mended,
                Repair::Failed(error) => {
                    let help = error.help().map(|help| format!("\n{help}")).unwrap_or_default();
                    Outcome::Left(format!("{}{help}", error.cause()))
                }
                Repair::MovedAside(_) | Repair::Left => {
                    Outcome::Left("it is not probe's to replace".to_owned())
                }
            },
            Cure::Absence(Some(paths)) if !self.loader.has_seen_made(paths, &seen.path) => {
                let what = "probe did not see it being made, so that it may be yours";
                Outcome::Left(format!("{what}: remove it if it is not"))
            }
            Cure::Absence(_) => self.move_aside(&seen.path, kind),
        }
    }

    /// Moves a torn file aside, unless it has changed since it was looked at.
    fn move_aside(&self, path: &Path, kind: Kind) -> Outcome {
        let pattern = Pattern::escape(&path.to_string_lossy());
        let again = ImportSpec { kind, ..matched_by(&pattern) };
        let seen = self.loader.watch(&again).observe(Verify::Stamps);
        match seen.first().map(|seen| &seen.condition) {
            Some(Condition::Torn(_) | Condition::Unfit(_)) => match self.loader.put_away(path) {
                Ok(to) => {
                    let (from, why) = (path.to_owned(), String::new());
                    let back = Some(Aside { from, to: to.clone(), why }.way_back());
                    Outcome::MovedAside { to, back }
                }
                Err(error) => Outcome::Left(error.to_string()),
            },
            Some(Condition::Changing) => Outcome::Left("somebody writes to it".to_owned()),
            _ => Outcome::Mended,
        }
    }
}

/// A library of which only its files count: what `pattern` matches.
fn matched_by(pattern: &str) -> ImportSpec {
    let command = CommandLine {
        program: PathBuf::new(),
        args: Vec::new(),
        cwd: PathBuf::new(),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let paths = vec![pattern.to_owned()];
    ImportSpec::new("cached", ImportSource::Command { command, paths, inputs: Vec::new() })
}
