//! What a worker sees of its test's libraries just before and right after an attempt. Cheap enough for every attempt. Decides
//! only whether an examiner must look closer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use probe_loader::{Condition, Observation, Verify};

use super::decision::{By, is_touched};
use super::finding::Finding;
use super::messages::Sort;
use super::said::{Words, naming};
use super::strays;
use super::symptom::Symptom;
use super::watched::Watched;
use crate::attempt::Attempt;
use crate::ending::Ending;

/// The state of a test's libraries when an attempt begins.
#[derive(Debug)]
pub struct Before {
    /// The test's libraries.
    watched: Vec<Arc<Watched>>,
    /// The files of each library; empty for a library that is only in the store.
    seen: Vec<Vec<Observation>>,
    started: SystemTime,
}

/// The circumstances of an attempt.
#[derive(Debug)]
pub struct Circumstances<'a> {
    /// The directory that relative names in its output refer to.
    pub cwd: &'a Path,
    /// The variables set for this attempt.
    pub env: &'a [(OsString, OsString)],
    /// Other explanations of its end, in sentences.
    pub remarks: Vec<String>,
}

/// What is known of an attempt that did not pass.
#[derive(Debug)]
pub struct Evidence {
    pub(crate) libraries: Vec<LibraryEvidence>,
    pub(crate) symptom: Option<Symptom>,
    pub(crate) words: Words,
    pub(crate) ended: By,
    /// The directory that relative names in its output refer to.
    pub(crate) cwd: PathBuf,
    /// Directories that were given to this attempt only.
    pub(crate) places: Vec<PathBuf>,
    /// Other explanations of its end.
    pub(crate) remarks: Vec<String>,
    pub(crate) started: SystemTime,
    pub(crate) ended_at: SystemTime,
}

/// The files of one library before and after an attempt.
#[derive(Debug)]
pub(crate) struct LibraryEvidence {
    pub watched: Arc<Watched>,
    pub before: Vec<Observation>,
    pub after: Vec<Observation>,
    /// The attempt says that it could not execute one of the files because another process wrote to it.
    pub was_busy: bool,
}

impl LibraryEvidence {
    /// Whether a file was there before the attempt and has not changed since.
    pub(crate) fn is_untouched(&self, path: &Path) -> bool {
        let look = |seen: &[Observation]| seen.iter().find(|seen| seen.path == path).cloned();
        let then = look(&self.before).filter(|seen| seen.facts.is_some());
        then.zip(look(&self.after)).is_some_and(|(then, now)| now.change_since(&then).is_none())
    }
}

impl Before {
    /// Looks at the files that processes other than probe may write to.
    pub fn look(watched: Vec<Arc<Watched>>) -> Self {
        let seen = watched.iter().map(|library| look(library)).collect();
        Self { watched, seen, started: SystemTime::now() }
    }

    /// Looks again after an attempt. Returns `None` if the attempt passed or ran nothing, or if nothing points at its libraries
    /// and there is no remark.
    pub fn compare(self, attempt: &Attempt, circumstances: Circumstances<'_>) -> Option<Evidence> {
        let Circumstances { cwd, env, remarks } = circumstances;
        let Self { watched, seen, started } = self;
        if attempt.ending.is_good() {
            return None;
        }
        let words = match &attempt.ending {
            Ending::NotStarted(reason) => Words::of_text(reason),
            _ => Words::of_output(&attempt.output),
        };
        let libraries: Vec<LibraryEvidence> = watched
            .into_iter()
            .zip(seen)
            .map(|(watched, before)| {
                let after = look(&watched);
                let busy = words.said.iter().filter(|said| said.message.sort == Sort::Busy);
                let was_busy = busy
                    .filter_map(|said| said.file.as_deref())
                    .any(|file| watched.is_named(file, cwd, &after));
                LibraryEvidence { watched, before, after, was_busy }
            })
            .collect();
        let names = |file: &str| {
            libraries.iter().any(|library| library.watched.is_named(file, cwd, &library.after))
        };
        let symptom = Symptom::of(&attempt.ending, &words, names).or_else(|| {
            // A loader's message may be in any language. The name in it is not.
            let touched = libraries.iter().flat_map(LibraryEvidence::touched);
            let is_named = |path: &&Path| naming(&attempt.output, path);
            let file = touched.map(|seen| seen.path.as_path()).find(is_named)?;
            Some(Symptom::Named(file.file_name()?.to_string_lossy().into_owned()))
        });
        let ended = match attempt.ending {
            Ending::TimedOut(_) | Ending::Interrupted => By::Probe,
            Ending::Passed
            | Ending::Leaked
            | Ending::Empty
            | Ending::Skipped(_)
            | Ending::Unprepared(_)
            | Ending::Uncleared(_)
            | Ending::Expected { .. }
            | Ending::Unexpected(_)
            | Ending::Flaky
            | Ending::Exited(_)
            | Ending::Belied(_)
            | Ending::Killed(_)
            | Ending::NotStarted(_)
            | Ending::NoRoom(_)
            | Ending::Bereft(_) => By::Itself,
        };
        let evidence = Evidence {
            libraries,
            symptom,
            words,
            ended,
            cwd: cwd.to_owned(),
            places: strays::places(env, cwd),
            remarks,
            started,
            ended_at: SystemTime::now(),
        };
        evidence.is_telling().then_some(evidence)
    }
}

impl LibraryEvidence {
    /// The files that appeared or changed during the attempt, judged without reading them.
    pub(super) fn touched(&self) -> impl Iterator<Item = &Observation> {
        self.after.iter().filter(|now| {
            let then = self.before.iter().find(|then| then.path == now.path);
            match then {
                Some(then) => is_touched(then, now, None),
                None => now.facts.is_some() && !self.before.is_empty(),
            }
        })
    }
}

impl Evidence {
    /// Empty evidence at a time.
    #[cfg(test)]
    pub(crate) fn empty(at: SystemTime) -> Self {
        Self {
            libraries: Vec::new(),
            symptom: None,
            words: Words::of_text(""),
            ended: By::Itself,
            cwd: PathBuf::new(),
            places: Vec::new(),
            remarks: Vec::new(),
            started: at,
            ended_at: at,
        }
    }

    /// Whether the files of a library must be read because something points at them.
    pub(super) fn is_suspect(&self, library: &LibraryEvidence) -> bool {
        self.symptom.is_some() || library.touched().next().is_some()
    }

    /// Returns the remarks as a finding, if there are any and nothing points at a library.
    pub(crate) fn remarks_alone(&self) -> Option<Finding> {
        let is_all = !self.remarks.is_empty() && !self.points_at_libraries();
        is_all.then(|| Finding {
            symptom: None,
            files: Vec::new(),
            repairs: Vec::new(),
            strays: Vec::new(),
            gathering: None,
            notes: self.remarks.clone(),
            intact: Vec::new(),
            aside: Vec::new(),
        })
    }

    fn is_telling(&self) -> bool {
        !self.remarks.is_empty() || self.points_at_libraries()
    }

    fn points_at_libraries(&self) -> bool {
        let will_not_do = |seen: &Observation| !matches!(seen.condition, Condition::Whole);
        self.symptom.is_some()
            || !self.words.said.is_empty()
            || !self.words.heard.is_empty()
            || self.libraries.iter().any(|library| library.touched().next().is_some())
            || self
                .libraries
                .iter()
                .flat_map(|library| library.before.iter().chain(&library.after))
                .any(will_not_do)
    }
}

impl Evidence {
    /// The path that a name in the output refers to.
    pub fn resolve(&self, name: &str) -> PathBuf {
        self.cwd.join(name.strip_prefix("./").unwrap_or(name))
    }
}

fn look(library: &Watched) -> Vec<Observation> {
    if library.is_exposed() { library.look(Verify::Stamps) } else { Vec::new() }
}
