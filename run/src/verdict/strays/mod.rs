//! Finds files that no library declares and for which an attempt may have raced: files that its output names, and files that
//! appeared or changed meanwhile in the directories where programs keep what they load. It guesses from times and headers, and
//! says so. A person decides what to do.

mod haunts;
mod suspect;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use parking_lot::Mutex;
use probe_loader::{Condition, ImportSource, ImportSpec, Loader, Pattern};

use super::evidence::Evidence;
use super::finding::Stray;
use super::messages::Sort;
pub(super) use haunts::places;
pub use haunts::{Habitat, Haunts};
pub(super) use suspect::is_shareable;
pub(super) use suspect::look;
use suspect::{judge, judge_named};
use walk::{Trace, Walk};

/// The largest number of files in a report, the most likely first.
const MOST: usize = 6;

/// Returns where to search, and the patterns of the files that libraries declare.
pub(crate) type Planning<'a> = dyn Fn() -> (Haunts, Vec<String>) + Sync + 'a;

/// Searches for undeclared files for all attempts of a run. One walk serves all attempts that ended before it began.
pub struct Search<'a> {
    plan: &'a Planning<'a>,
    /// Only requested after a failure.
    planned: OnceLock<(Haunts, Vec<String>)>,
    since: SystemTime,
    last: Mutex<Option<Walk>>,
}

/// The process that may have raced for a file.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// When it began.
    pub started: SystemTime,
    /// When it ended.
    pub ended_at: SystemTime,
    /// Directories that it had for itself, or was told to write to.
    pub places: &'a [PathBuf],
}

/// A file that appeared while an attempt ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) path: PathBuf,
    /// The part of a cache that belongs to one program, or the folder in the project.
    pub(super) folder: PathBuf,
    pub(super) is_cached: bool,
}

impl<'a> Search<'a> {
    /// Prepares a search for files that appeared `since` then. `plan` returns where to search and which patterns to leave out.
    pub fn new(since: SystemTime, plan: &'a Planning<'a>) -> Self {
        Self { plan, planned: OnceLock::new(), since, last: Mutex::new(None) }
    }

    pub(crate) fn haunts(&self) -> &Haunts {
        &self.planned.get_or_init(self.plan).0
    }

    /// Returns the files that appeared or changed since `question.started`, the most likely first. If there are none, returns
    /// older files that are incomplete.
    pub fn find(&self, loader: &Loader, question: Question<'_>) -> Vec<Stray> {
        let mut traces = self.traces(question.ended_at);
        let elsewhere: Vec<PathBuf> =
            question.places.iter().filter(|place| !self.haunts().covers(place)).cloned().collect();
        if !elsewhere.is_empty() {
            traces.extend(Walk::few(self.haunts(), &elsewhere, question.started).traces);
        }
        let declared = self.declared();
        traces.retain(|trace| !declared.iter().any(|declared| trace.path.starts_with(declared)));
        let (came, were): (Vec<Trace>, Vec<Trace>) =
            traces.into_iter().partition(|trace| trace.times.are_since(question.started));
        let attempt = (question.started, question.ended_at);
        let mut strays: Vec<Stray> =
            came.iter().filter_map(|trace| judge(loader, trace, attempt)).collect();
        if strays.is_empty() {
            let torn = |stray: &Stray| matches!(stray.condition, Condition::Torn(_));
            let old = were.iter().filter(|trace| trace.may_be_torn);
            strays.extend(old.filter_map(|trace| judge(loader, trace, attempt)).filter(torn));
        }
        let rank = |stray: &Stray| match stray.condition {
            Condition::Torn(_) => 0,
            Condition::Changing => 1,
            _ => 2,
        };
        strays.sort_by(|a, b| {
            (rank(a), b.written.at, &a.path).cmp(&(rank(b), a.written.at, &b.path))
        });
        strays.dedup_by(|a, b| a.path == b.path);
        strays.truncate(MOST);
        strays
    }

    /// The shareable files that appeared in caches while an attempt ran, the earliest first.
    pub(super) fn arrivals(&self, attempt: (SystemTime, SystemTime)) -> Vec<Arrival> {
        let arrival = |path: PathBuf| {
            let (folder, is_cached) = self.folder(&path)?;
            Some(Arrival { path, folder, is_cached })
        };
        let came = self.came(self.traces(attempt.1), attempt);
        came.into_iter().filter_map(arrival).collect()
    }

    /// The same for one folder: everything below it if it is part of a cache, otherwise only its direct entries.
    pub(super) fn came_into(
        &self,
        folder: &Path,
        is_cached: bool,
        attempt: (SystemTime, SystemTime),
    ) -> Vec<PathBuf> {
        let walk = match is_cached {
            true => Walk::few(self.haunts(), &[folder.to_owned()], attempt.0),
            false => Walk::flat(self.haunts(), folder, attempt.0),
        };
        self.came(walk.traces, attempt)
    }

    /// Whether a library declares the file, for this test or another one.
    pub(crate) fn is_declared(&self, path: &Path) -> bool {
        self.declared().iter().any(|declared| path.starts_with(declared))
    }

    /// Returns the folder of the program that a file belongs to, and whether it is part of a cache.
    pub(super) fn folder(&self, path: &Path) -> Option<(PathBuf, bool)> {
        self.haunts().folder(path)
    }

    /// Keeps the traces of files that appeared while an attempt ran, that no library declares, and that several tests may need.
    fn came(&self, mut traces: Vec<Trace>, attempt: (SystemTime, SystemTime)) -> Vec<PathBuf> {
        let declared = self.declared();
        traces.retain(|trace| {
            trace.times.are_since(attempt.0)
                && trace.times.are_before(attempt.1)
                && is_shareable(&trace.path)
                && !declared.iter().any(|declared| trace.path.starts_with(declared))
        });
        traces.sort_by(|a, b| (a.times.last(), &a.path).cmp(&(b.times.last(), &b.path)));
        traces.into_iter().map(|trace| trace.path).collect()
    }

    /// Returns the result of a walk that began after the attempt ended. If a walk is under way, waits for it, and then shares
    /// one of the next.
    fn traces(&self, ended_at: SystemTime) -> Vec<Trace> {
        let mut last = self.last.lock();
        match &*last {
            Some(walk) if walk.begun >= ended_at => walk.traces.clone(),
            _ => last.insert(Walk::all(self.haunts(), self.since)).traces.clone(),
        }
    }

    /// The files that libraries declare, for this test or another one.
    fn declared(&self) -> Vec<PathBuf> {
        let parse = |pattern: &String| Pattern::parse(pattern).ok();
        let patterns = self.planned.get_or_init(self.plan).1.iter().filter_map(parse);
        patterns.filter_map(|pattern| pattern.matches().ok()).flatten().collect()
    }
}

/// Returns the patterns of the files that an imported library puts where other processes may write.
pub fn patterns_of(library: &ImportSpec) -> Vec<String> {
    let place = library.to.as_deref().and_then(Path::to_str).map(Pattern::escape);
    let paths = match &library.source {
        ImportSource::Command { paths, .. } => paths.as_slice(),
        ImportSource::Url { .. } | ImportSource::Path { .. } => &[],
    };
    place.into_iter().chain(paths.iter().cloned()).collect()
}

/// Returns the files that an attempt may have raced for. A file that a full disk cut off is no race: the next attempt would
/// find no space either.
pub(super) fn find(
    loader: &Loader,
    evidence: &Evidence,
    search: Option<&Search<'_>>,
) -> Vec<Stray> {
    if evidence.symptom.is_none() {
        return Vec::new();
    }
    let full = evidence.words.said.iter().filter(|said| said.message.sort == Sort::DiskFull);
    let cut: Vec<PathBuf> =
        full.filter_map(|said| said.file.as_deref()).map(|name| evidence.resolve(name)).collect();
    let attempt = (evidence.started, evidence.ended_at);
    let mut strays: Vec<Stray> = Vec::new();
    let mut places = evidence.places.clone();
    for name in named(evidence) {
        let path = evidence.resolve(name);
        places.extend(path.parent().filter(|parent| haunts::is_own(parent)).map(Path::to_owned));
        if !is_declared(evidence, name)
            && !cut.contains(&path)
            && strays.iter().all(|stray| stray.path != path)
            && let Some(stray) = judge_named(loader, &path, attempt)
        {
            strays.push(stray);
        }
    }
    if let Some(search) = search {
        let Evidence { started, ended_at, .. } = *evidence;
        for stray in search.find(loader, Question { started, ended_at, places: &places }) {
            let is_known = strays.iter().any(|known| known.path == stray.path)
                || stray.path.to_str().is_some_and(|name| is_declared(evidence, name));
            // A file that the output names says more than one that has been incomplete for long.
            let is_old = stray.written.after_start().is_none() && !strays.is_empty();
            if !is_known && !is_old && !cut.contains(&stray.path) && strays.len() < MOST {
                strays.push(stray);
            }
        }
    }
    strays
}

fn is_declared(evidence: &Evidence, name: &str) -> bool {
    evidence
        .libraries
        .iter()
        .any(|library| library.watched.is_named(name, &evidence.cwd, &library.after))
}

/// Names with a directory. A bare name does not say where the file is.
fn named(evidence: &Evidence) -> impl Iterator<Item = &str> {
    let said = evidence.words.said.iter().filter_map(|said| said.file.as_deref());
    let printed = evidence.words.libraries.iter().map(String::as_str);
    said.chain(printed).filter(|name| name.contains('/'))
}
