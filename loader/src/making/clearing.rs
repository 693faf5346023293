//! Makes room for a new result: moves aside what a failed make has left, and what is incomplete, because most tools take existing
//! files for complete ones. Removes nothing, and leaves what belongs to the user. It does not know what makes the result.

use std::fs;
use std::path::{Path, PathBuf};

use super::matches::Matches;
use super::records::{Begun, Made, Makings};
use super::suspects::{bases, did_come, suspects};
use super::whose::Whose;
use crate::interface::{Aside, ImportCause, ImportEvent};
use crate::store::Store;
use crate::store::aside::{self, MADE, YOURS};
use crate::verdict::{FileVerdict, Kind};

/// What to clear, and where it goes.
pub(crate) struct Clearing<'a> {
    pub(crate) matches: Matches<'a>,
    pub(crate) store: &'a Store,
    /// Whether a command makes all of it; else tests do.
    pub(crate) is_command: bool,
}

/// The reason for moving a suspect file aside.
const UNFINISHED: &str = "left by a run of what makes it that did not end well";

impl Clearing<'_> {
    /// Moves aside what a make left that began and did not end well, and what is incomplete.
    pub(crate) fn clear(&self, begun: Option<&Begun>) -> Result<Vec<Aside>, ImportCause> {
        let mut aside = Vec::new();
        if let Some(begun) = begun {
            for path in suspects(begun, &self.matches, &self.matches.all()?)? {
                self.matches.settle(&path)?;
                aside.extend(self.put_aside(&path, MADE, UNFINISHED.to_owned())?);
                self.remove_empty(begun, &path);
            }
            if self.matches.kind == Kind::Data || self.is_command {
                // A folder that is not empty cannot be removed. If several tests make a library, one may rely on a folder.
                begun.absent.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
            }
        }
        aside.extend(self.torn(begun)?);
        Ok(aside)
    }

    /// Moves incomplete files aside, if probe saw them being made, or if the library is that one file.
    pub(crate) fn torn(&self, begun: Option<&Begun>) -> Result<Vec<Aside>, ImportCause> {
        self.put_aside_torn(begun, None)
    }

    /// Moves aside incomplete files that the make did not change. Only for patterns that match nothing complete, where they block
    /// a tool that trusts existing files.
    pub(crate) fn rejected(&self, begun: &Begun) -> Result<Vec<Aside>, ImportCause> {
        for pattern in self.matches.patterns {
            let found = super::matches::resolve(pattern)?;
            if !found.is_empty() && !found.iter().any(|path| self.matches.judge(path).is_ok()) {
                return self.put_aside_torn(Some(begun), Some(&found));
            }
        }
        Ok(Vec::new())
    }

    /// Whether an incomplete file would be moved aside.
    pub(crate) fn is_needed(&self) -> Result<bool, ImportCause> {
        let all = self.matches.all()?;
        let made = self.makings().made();
        let whose = self.whose(all.len(), &made, None);
        Ok(all
            .iter()
            .any(|path| self.matches.tear(path, &whose).is_some() && whose.shelf(path).is_some()))
    }

    fn put_aside_torn(
        &self,
        begun: Option<&Begun>,
        in_the_way: Option<&[PathBuf]>,
    ) -> Result<Vec<Aside>, ImportCause> {
        let all = self.matches.all()?;
        let made = self.makings().made();
        let whose = self.whose(all.len(), &made, begun);
        let mut aside = Vec::new();
        for path in &all {
            // Wait for a writer only if the file may be moved.
            let shelf = match in_the_way {
                None => whose.shelf(path),
                Some(all) => (all.contains(path) && !whose.saw(path)).then_some(YOURS),
            };
            let Some(shelf) = shelf else { continue };
            if self.matches.tear(path, &whose).is_none() {
                continue;
            }
            self.matches.settle(path)?;
            if let Some(tear) = self.matches.tear(path, &whose) {
                let why = FileVerdict::Torn(tear).to_string();
                aside.extend(self.put_aside(path, shelf, why)?);
            }
        }
        Ok(aside)
    }

    fn whose<'b>(&'b self, count: usize, made: &'b Made, begun: Option<&'b Begun>) -> Whose<'b> {
        let Matches { kind, patterns, .. } = self.matches;
        Whose::new(kind, patterns, count, made, begun.map(|begun| &begun.before))
    }

    /// Moves it, reports it, and remembers where it is until something complete is made there.
    fn put_aside(
        &self,
        path: &Path,
        shelf: &'static str,
        why: String,
    ) -> Result<Option<Aside>, ImportCause> {
        let to = match aside::put_away(self.store, shelf, path) {
            Ok(to) => to,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ImportCause::disk("move aside", path)(error)),
        };
        let aside = Aside { from: path.to_owned(), to, why };
        let makings = self.makings();
        let mut made = makings.made();
        made.aside.push(aside.clone());
        // Without the record an error only says less.
        makings.remember(made).ok();
        let errand = self.matches.errand;
        errand.tell(&ImportEvent::MovedAside { library: errand.library, aside: &aside });
        Ok(Some(aside))
    }

    /// Removes folders that came with what was moved and are now empty: a tool may take one for its result.
    fn remove_empty(&self, begun: &Begun, path: &Path) {
        let bases: Vec<PathBuf> = bases(self.matches.patterns);
        for folder in path.ancestors().skip(1) {
            // A folder that is not empty cannot be removed.
            if !did_come(begun, &bases, folder) || fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }

    fn makings(&self) -> Makings<'_> {
        Makings::new(self.store, self.matches.patterns)
    }
}

/// Returns what may tell a tool that its work is done, beside something that was moved aside: files with such names, from its
/// folder up to where the patterns begin; else the folder.
pub(crate) fn signs(aside: &Aside, patterns: &[String]) -> Vec<PathBuf> {
    /// The maximum number of files to name.
    const MOST: usize = 5;
    let bases = bases(patterns);
    let is_below =
        |folder: &&Path| bases.iter().any(|base| folder.starts_with(base)) && folder.is_dir();
    let mut signs = Vec::new();
    let name = aside.from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for folder in aside.from.ancestors().skip(1).take_while(is_below) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()))
            .filter(|entry| is_sign(&entry.file_name().to_string_lossy(), &name))
            .map(|entry| entry.path())
            .collect();
        found.sort();
        signs.extend(found);
    }
    if signs.is_empty() {
        let above = aside.from.ancestors().skip(1);
        signs.extend(above.take_while(is_below).next().map(Path::to_owned));
    }
    signs.truncate(MOST);
    signs
}

/// Whether a file of this name may mark `of` as done.
fn is_sign(name: &str, of: &str) -> bool {
    const WORDS: [&str; 14] = [
        "complete",
        "done",
        "install",
        "success",
        "finish",
        "ready",
        "stamp",
        "marker",
        "version",
        "manifest",
        "metadata",
        "checksum",
        "integrity",
        "receipt",
    ];
    let lower = name.to_lowercase();
    name.starts_with('.')
        || lower == "ok"
        || lower.ends_with(".ok")
        || name.strip_prefix(of).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
        || WORDS.iter().any(|word| lower.contains(word))
}
