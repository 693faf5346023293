//! What a failed make may have left incomplete: it appeared or changed since the make began, and nothing proves that it is
//! complete. It does not know what happens to it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::matches::Matches;
use super::records::Begun;
use crate::files::Trace;
use crate::interface::ImportCause;
use crate::pattern::Pattern;
use crate::platform;
use crate::verdict::{FileVerdict, FoundInstead, Kind, inspect};

/// The make did not write what is written more than this after its end.
const LATER: Duration = Duration::from_secs(2);

/// Returns the files and folders that are suspect, none inside another one.
pub(crate) fn suspects(
    begun: &Begun,
    matches: &Matches<'_>,
    now: &[PathBuf],
) -> Result<Vec<PathBuf>, ImportCause> {
    let mut suspects = BTreeSet::new();
    let mut last = begun.ended;
    let mut news = Vec::new();
    for path in now {
        let before = begun.before.get(path);
        let new = Trace::news(before, path).map_err(ImportCause::disk("look at", path))?;
        if begun.ended.is_none() {
            last = new.iter().filter_map(|path| changed(path)).chain(last).max();
        }
        news.push((path, before.is_none(), new));
    }
    let bases = bases(matches.patterns);
    for (path, came, new) in news {
        if new.is_empty() {
            continue;
        }
        let is_proven = is_proven(matches, path, came);
        let folder =
            came.then(|| folder_that_came(begun, &bases, path, !is_proven, last)).flatten();
        match folder {
            Some(folder) => drop(suspects.insert(folder)),
            None if is_proven => {}
            None => suspects.extend(new),
        }
    }
    if matches.kind == Kind::Data {
        // Unfinished files may have another name.
        let came = |base: &&PathBuf| {
            begun.absent.contains(*base) && base.exists() && !is_used_later(base, begun.ended)
        };
        suspects.extend(bases.iter().filter(came).filter(|base| !is_empty(base)).cloned());
    }
    let all = suspects.clone();
    suspects.retain(|path| !path.ancestors().skip(1).any(|above| all.contains(above)));
    Ok(suspects.into_iter().collect())
}

/// Whether something that appeared or changed at `path` is certainly good: an object file that is complete by its own header; or,
/// if objects are required, another file that existed before, because it is not part of the library.
fn is_proven(matches: &Matches<'_>, path: &Path, came: bool) -> bool {
    if matches.kind == Kind::Data || path.is_dir() {
        return false;
    }
    match matches.judge(path) {
        // A script has no header to tell by.
        Ok(()) if came => !matches!(inspect(path), FileVerdict::NotALibrary(FoundInstead::Script)),
        Ok(()) => true,
        // Incomplete files are moved aside elsewhere.
        Err(verdict) => !verdict.is_torn(),
    }
}

/// Returns the folder that appeared with a file: the topmost one below where the patterns begin, or that one itself if the file
/// is suspect. A folder with something that was written later, by another process, stays.
fn folder_that_came(
    begun: &Begun,
    bases: &[PathBuf],
    path: &Path,
    is_in_doubt: bool,
    last: Option<SystemTime>,
) -> Option<PathBuf> {
    let base = bases
        .iter()
        .filter(|base| path.starts_with(base))
        .max_by_key(|base| base.as_os_str().len())?;
    let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(base));
    let came = |folder: &&Path| {
        (*folder != base || is_in_doubt)
            && did_come(begun, bases, folder)
            && !is_used_later(folder, last)
    };
    folders.take_while(came).last().map(Path::to_owned)
}

/// Whether a folder was made since the make began. Down to the folder where the patterns begin, the record shows which existed;
/// below it, their times show when they were made.
pub(crate) fn did_come(begun: &Begun, bases: &[PathBuf], folder: &Path) -> bool {
    let is_below = || bases.iter().any(|base| folder != base && folder.starts_with(base));
    let is_young = || {
        let made = fs::metadata(folder).and_then(|metadata| metadata.created());
        made.is_ok_and(|made| made >= begun.at)
    };
    begun.absent.contains(folder) || is_below() && is_young()
}

/// Whether something in a folder was changed later than `last`.
fn is_used_later(folder: &Path, last: Option<SystemTime>) -> bool {
    let Some(limit) = last.map(|last| last + LATER) else { return true };
    let look = || -> io::Result<bool> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_folder = fs::symlink_metadata(&path)?.is_dir();
            if changed(&path).is_some_and(|at| at > limit)
                || is_folder && is_used_later(&path, last)
            {
                return Ok(true);
            }
        }
        Ok(false)
    };
    look().unwrap_or(true)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Returns when a file or its metadata last changed.
fn changed(path: &Path) -> Option<SystemTime> {
    platform::changed(&fs::symlink_metadata(path).ok()?)
}

/// Returns the folders in which the patterns begin to match.
pub(crate) fn bases(patterns: &[String]) -> Vec<PathBuf> {
    let of = |pattern: &String| Pattern::parse(pattern).map(|pattern| pattern.bases());
    patterns.iter().filter_map(|pattern| of(pattern).ok()).flatten().collect()
}
