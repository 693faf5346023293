//! Files that no library declares: which of them an attempt may have raced for. Those that its output names, and those that
//! came or changed meanwhile where programs keep what they load. Guesses from times and headers, and says so; what is done
//! about it is a person's affair.

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

/// Files that are named at most: those that speak most.
const MOST: usize = 6;

/// Says where to look, and by which patterns libraries declare files.
pub(crate) type Planning<'a> = dyn Fn() -> (Haunts, Vec<String>) + Sync + 'a;

/// Looks for such files on behalf of all attempts of a run. One walk answers for all that ended before it began.
pub struct Search<'a> {
    plan: &'a Planning<'a>,
    /// Only asked for when something has failed.
    planned: OnceLock<(Haunts, Vec<String>)>,
    since: SystemTime,
    last: Mutex<Option<Walk>>,
}

/// What is known of whoever may have raced for a file.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// When it began.
    pub started: SystemTime,
    /// When it ended.
    pub ended_at: SystemTime,
    /// Directories that it had to itself, or was told to write to.
    pub places: &'a [PathBuf],
}

/// A file that came while an attempt ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) path: PathBuf,
    /// The part of a cache that is one program's, or the folder in the project.
    pub(super) folder: PathBuf,
    pub(super) is_cached: bool,
}

impl<'a> Search<'a> {
    /// Looks for what comes `since` then below the places that `plan` says, apart from what its patterns match.
    pub fn new(since: SystemTime, plan: &'a Planning<'a>) -> Self {
        Self { plan, planned: OnceLock::new(), since, last: Mutex::new(None) }
    }

    pub(crate) fn haunts(&self) -> &Haunts {
        &self.planned.get_or_init(self.plan).0
    }

    /// The files that came or changed since `question.started`, and torn ones that were there before if there are none:
    /// those that speak most come first.
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

    /// What came into caches while an attempt ran, of what others may use: what came first stands first.
    pub(super) fn arrivals(&self, attempt: (SystemTime, SystemTime)) -> Vec<Arrival> {
        let arrival = |path: PathBuf| {
            let (folder, is_cached) = self.folder(&path)?;
            Some(Arrival { path, folder, is_cached })
        };
        let came = self.came(self.traces(attempt.1), attempt);
        came.into_iter().filter_map(arrival).collect()
    }

    /// The same for one folder: of a cache, all that lies below it, else what is in it at once.
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

    /// Whether a library declares the file, of this test or of another one.
    pub(crate) fn is_declared(&self, path: &Path) -> bool {
        self.declared().iter().any(|declared| path.starts_with(declared))
    }

    /// The folder that a file is in as far as programs are told apart, and whether that is a part of a cache.
    pub(super) fn folder(&self, path: &Path) -> Option<(PathBuf, bool)> {
        self.haunts().folder(path)
    }

    /// What of the traces came while an attempt ran, is declared by nobody, and may be wanted by several.
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

    /// What a walk found that began when an attempt was over. Who comes while one goes on waits for it, and then has one of
    /// the next.
    fn traces(&self, ended_at: SystemTime) -> Vec<Trace> {
        let mut last = self.last.lock();
        match &*last {
            Some(walk) if walk.begun >= ended_at => walk.traces.clone(),
            _ => last.insert(Walk::all(self.haunts(), self.since)).traces.clone(),
        }
    }

    /// What libraries declare, of this test or of another one.
    fn declared(&self) -> Vec<PathBuf> {
        let parse = |pattern: &String| Pattern::parse(pattern).ok();
        let patterns = self.planned.get_or_init(self.plan).1.iter().filter_map(parse);
        patterns.filter_map(|pattern| pattern.matches().ok()).flatten().collect()
    }
}

/// The patterns of what an imported library puts where others may write.
pub fn patterns_of(library: &ImportSpec) -> Vec<String> {
    let place = library.to.as_deref().and_then(Path::to_str).map(Pattern::escape);
    let paths = match &library.source {
        ImportSource::Command { paths, .. } => paths.as_slice(),
        ImportSource::Url { .. } | ImportSource::Path { .. } => &[],
    };
    place.into_iter().chain(paths.iter().cloned()).collect()
}

/// The files that an attempt may have raced for. One that a full disk has cut is no race: there is no room for it at the next
/// attempt either.
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
            // What the output names says more than what is merely torn since yesterday.
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

/// Names with a directory in them: a bare name says nothing of where the file is.
fn named(evidence: &Evidence) -> impl Iterator<Item = &str> {
    let said = evidence.words.said.iter().filter_map(|said| said.file.as_deref());
    let printed = evidence.words.libraries.iter().map(String::as_str);
    said.chain(printed).filter(|name| name.contains('/'))
}
