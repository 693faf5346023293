//! Whether a file itself is suspicious: a native object, an archive that is cut off, or a file that is being written. Reads the
//! head and the end of a file.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use probe_loader::{
    Condition, Facts, FileVerdict, FoundInstead, Kind, Led, Loader, Observation, Pattern, Tear,
    Verify, archive_tear,
};

use super::walk::{Times, Trace};
use crate::verdict::finding::{Stray, Written};
use crate::verdict::said::has_suffix;

/// The times of a network file system come from another machine's clock. That matters where the output names a file.
const SKEW: Duration = Duration::from_millis(50);
/// Suffixes of intermediate files of compilers and interpreters, and of files that are only written.
const ON_THE_WAY: [&str; 8] = ["o", "obj", "a", "rlib", "pyc", "log", "gcda", "gcno"];

/// Suffixes of files that no two tests share.
const NOT_SHARED: [&str; 5] = ["pyc", "log", "gcda", "gcno", "coverage"];
/// Folders that interpreters, coverage tools and test runners keep for themselves.
const PRIVATE: [&str; 6] =
    [".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".nyc_output", "coverage"];

/// Judges a file that a walk found. Empty files, texts, databases and complete archives do not count: tests do not race for
/// them.
pub(super) fn judge(
    loader: &Loader,
    trace: &Trace,
    attempt: (SystemTime, SystemTime),
) -> Option<Stray> {
    let end = trace.path.extension().and_then(|end| end.to_str());
    if end.is_some_and(|end| ON_THE_WAY.contains(&end)) {
        return None;
    }
    let Observation { condition, facts: Some(Facts { size, .. }), .. } = look(loader, &trace.path)?
    else {
        return None;
    };
    let is_library = || trace.path.to_str().is_some_and(has_suffix);
    let condition = match condition {
        Condition::Torn(Tear::Empty) => return None,
        Condition::Torn(Tear::Hollow) if !is_library() => return None,
        Condition::Changing if !is_library() && !is_loaded(&trace.path) => return None,
        Condition::Torn(_) | Condition::Changing | Condition::Whole => condition,
        Condition::Unfit(FileVerdict::NotALibrary(FoundInstead::Archive(_))) => {
            Condition::Torn(archive_tear(&trace.path).ok()??)
        }
        Condition::Unfit(
            FileVerdict::WrongMachine { .. } | FileVerdict::NotALibrary(FoundInstead::Malformed(_)),
        ) => condition,
        Condition::Unfit(_)
        | Condition::WrongDigest { .. }
        | Condition::Absent
        | Condition::Unreadable(_) => return None,
    };
    let written = Written { at: trace.times.last(), attempt };
    Some(Stray { path: trace.path.clone(), condition, size, written })
}

/// Whether several tests may need a file, by its name. Intermediate files of compilers and interpreters do not count.
pub(in crate::verdict) fn is_shareable(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    let is_private = |part: &str| PRIVATE.contains(&part);
    !end.is_some_and(|end| NOT_SHARED.contains(&end))
        && path.iter().filter_map(|part| part.to_str()).all(|part| !is_private(part))
}

/// Judges a file that the output names. It counts if it was written during the attempt.
pub(super) fn judge_named(
    loader: &Loader,
    path: &Path,
    attempt: (SystemTime, SystemTime),
) -> Option<Stray> {
    let Observation { condition, facts: Some(Facts { size, .. }), .. } = look(loader, path)? else {
        return None;
    };
    let times = Times::of(&fs::metadata(path).ok()?);
    let is_suspicious = matches!(condition, Condition::Torn(_) | Condition::Changing)
        || times.are_since(attempt.0)
        || times.written + SKEW >= attempt.0;
    let written = Written { at: times.last(), attempt };
    is_suspicious.then(|| Stray { path: path.to_owned(), condition, size, written })
}

/// Looks at a file as at a library that tests make.
pub(in crate::verdict) fn look(loader: &Loader, path: &Path) -> Option<Observation> {
    let library = Led {
        name: String::new(),
        project: PathBuf::new(),
        kind: Kind::Native,
        paths: vec![Pattern::escape(path.to_str()?)],
        inputs: Vec::new(),
    };
    loader.watch_led(&library).observe(Verify::Stamps).pop()
}

/// Whether a file that is being written is one that programs load, and no log, text or database.
fn is_loaded(path: &Path) -> bool {
    let mut head = [0; 512];
    let read = File::open(path).and_then(|mut file| file.read(&mut head));
    let head = &head[..read.unwrap_or_default()];
    !head.is_empty() && !head.starts_with(b"SQLite format 3") && head.contains(&0)
}
