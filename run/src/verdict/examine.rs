//! Examines an attempt that did not pass: waits until nobody writes to its libraries, reads them if necessary, decides, and
//! repairs. This may take long, so it never runs on a worker or in the conductor.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use probe_loader::{
    Aside, Backoff, CommandFailure, CommandLine, Condition, Host, How, ImportSource, Led, Loader,
    Mended, Observation, Repair, Verify,
};

use super::decision::{By, Facts, FileOutcome, decide};
use super::evidence::{Evidence, LibraryEvidence};
use super::finding::{FileFinding, Finding, Repaired, Stray, Written};
use super::gathering::gathering;
use super::strays::Search;
use super::watched::Kept;
use super::{notes, strays};
use crate::import_failure::ImportFailure;

/// Delays between looks at a file that is being written. Short at first, because most writers need milliseconds.
const POLL: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(100));
/// The examination reports its wait after this time.
const SILENCE: Duration = Duration::from_secs(1);

/// Receives reports of an examination, and answers its questions.
pub trait Audience {
    /// The examination has waited for `waited` until nobody writes to the file in `seen`.
    fn waits(&self, seen: &Observation, waited: Duration);

    /// Whether the examination should stop waiting.
    fn is_hurried(&self) -> bool;

    /// Whether the attempt runs again because of a file that no library declares.
    fn retries_undeclared(&self) -> bool;
}

/// Examines an attempt. Without a `search`, only files that the attempt names count as undeclared files.
pub fn examine(
    loader: &Loader,
    evidence: &Evidence,
    search: Option<&Search<'_>>,
    host: &dyn Host,
    audience: &dyn Audience,
) -> Finding {
    let mut finding = Finding {
        symptom: evidence.symptom.clone(),
        files: Vec::new(),
        repairs: Vec::new(),
        strays: Vec::new(),
        gathering: None,
        notes: evidence.remarks.clone(),
        intact: Vec::new(),
        aside: Vec::new(),
    };
    let mut foreign = Vec::new();
    for library in &evidence.libraries {
        let id = library.watched.id;
        let settled = settle(loader, evidence, library, audience);
        let mut files = judge(evidence, library, &settled);
        leave_foreign(loader, library, &mut files, &mut foreign);
        if files.iter().any(|file| file.outcome.needs_mending()) {
            note_made(loader, library, &files);
            // After the run was stopped, nothing waits for a new build.
            let repaired = if audience.is_hurried() {
                let host = Collecting::new(&());
                let repaired = tidy(loader, library, &host);
                finding.aside.extend(host.into_aside());
                repaired
            } else {
                let host = Collecting::new(host);
                let repaired = mend(loader, evidence, library, &host);
                if !matches!(repaired, Repaired::Failed(_)) {
                    library.watched.renew(loader);
                }
                finding.aside.extend(host.into_aside());
                repaired
            };
            finding.repairs.push((id, repaired));
        } else if let Some(seen) = settled.iter().find(|seen| seen.condition == Condition::Changing)
        {
            finding.repairs.push((id, Repaired::Failed(still_written(seen))));
        }
        if files.is_empty() {
            finding.intact.push(id);
        }
        finding.files.extend(files);
    }
    if !finding.files.iter().any(|file| file.outcome.is_race()) {
        finding.strays = strays::find(loader, evidence, search);
        if finding.strays.is_empty() && evidence.ended == By::Itself {
            finding.gathering = search.and_then(|search| gathering(evidence, search));
        }
        if audience.retries_undeclared() {
            finding.strays.iter().for_each(|stray| await_writer(loader, stray, audience));
        }
    }
    if finding.files.is_empty() {
        finding.notes.extend(notes::explain(evidence));
        finding.notes.extend(notes::beside(evidence));
        if evidence.symptom.is_some() {
            finding.notes.extend(foreign);
        }
    }
    finding
}

/// Leaves out files that are incomplete, were so before, and do not belong to the library: a pattern may match the user's own
/// files. Returns what to report about them, if the attempt ended as if it had loaded an incomplete file.
fn leave_foreign(
    loader: &Loader,
    library: &LibraryEvidence,
    files: &mut Vec<FileFinding>,
    notes: &mut Vec<String>,
) {
    let Some((kind, paths)) = library.watched.made_in() else { return };
    files.retain(|file| {
        let is_foreign = file.outcome == FileOutcome::Torn
            && library.is_untouched(&file.path)
            && !loader.is_of_library(kind, paths, &file.path);
        if is_foreign {
            let (path, condition) = (file.path.display(), &file.condition);
            notes.push(format!(
                "`{path}` is {condition}; probe did not see it being made, so that it stays: move it away if it is none of yours"
            ));
        }
        !is_foreign
    });
}

/// Notes which files of a library the attempt made, so that incomplete ones may be moved aside.
fn note_made(loader: &Loader, library: &LibraryEvidence, files: &[FileFinding]) {
    let Some((_, paths)) = library.watched.made_in() else { return };
    let size = |path: &Path| {
        let looks = library.before.iter().chain(&library.after).filter(|seen| seen.path == path);
        looks.filter_map(|seen| Some(seen.facts?.size)).max()
    };
    let made = files.iter().filter(|file| !library.is_untouched(&file.path));
    let made: Vec<_> =
        made.filter_map(|file| Some((file.path.clone(), size(&file.path)?))).collect();
    if !made.is_empty() {
        loader.saw_made(paths, &made);
    }
}

/// A host that collects what was moved aside, for the finding.
struct Collecting<'a> {
    host: &'a dyn Host,
    aside: Mutex<Vec<Aside>>,
}

impl<'a> Collecting<'a> {
    fn new(host: &'a dyn Host) -> Self {
        Self { host, aside: Mutex::default() }
    }

    fn into_aside(self) -> Vec<Aside> {
        self.aside.into_inner()
    }
}

impl Host for Collecting<'_> {
    fn tell(&self, event: &probe_loader::ImportEvent<'_>) {
        if let probe_loader::ImportEvent::MovedAside { aside, .. } = event {
            self.aside.lock().push((*aside).clone());
        }
        self.host.tell(event);
    }

    fn release(&self) {
        self.host.release();
    }

    fn acquire(&self) {
        self.host.acquire();
    }

    fn cancelled(&self) -> bool {
        self.host.cancelled()
    }

    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        self.host.run(command)
    }
}

/// Looks at a library's files when nobody writes to them any more, or when the time for that is over.
fn settle(
    loader: &Loader,
    evidence: &Evidence,
    library: &LibraryEvidence,
    audience: &dyn Audience,
) -> Vec<Observation> {
    let seen =
        still(loader, library.after.clone(), audience, || library.watched.look(Verify::Stamps));
    if seen.iter().any(|file| file.condition == Condition::Changing) {
        return seen;
    }
    // A content that changed without new times and sizes is found only by reading it.
    if evidence.is_suspect(library) { library.watched.look(Verify::Always) } else { seen }
}

/// Waits until an undeclared file is complete enough to load. The report still has the condition that it was first seen in.
fn await_writer(loader: &Loader, stray: &Stray, audience: &dyn Audience) {
    let look = || strays::look(loader, &stray.path).into_iter().collect();
    still(loader, look(), audience, look);
}

/// Looks again and again until nobody writes, or the time for that is over.
fn still(
    loader: &Loader,
    mut seen: Vec<Observation>,
    audience: &dyn Audience,
    look: impl Fn() -> Vec<Observation>,
) -> Vec<Observation> {
    let since = Instant::now();
    let mut looks = 0;
    let mut announced = false;
    let changing = |seen: &[Observation]| {
        seen.iter().find(|file| file.condition == Condition::Changing).cloned()
    };
    while let Some(file) = changing(&seen) {
        let waited = since.elapsed();
        if audience.is_hurried() || waited >= loader.settings().lock_timeout {
            break;
        }
        if !announced && waited >= SILENCE {
            announced = true;
            audience.waits(&file, waited);
        }
        std::thread::sleep(POLL.ceiling(looks));
        looks += 1;
        seen = look();
    }
    seen
}

/// The files that are not intact.
fn judge(
    evidence: &Evidence,
    library: &LibraryEvidence,
    settled: &[Observation],
) -> Vec<FileFinding> {
    let LibraryEvidence { watched, before, after, was_busy } = library;
    let mut paths: Vec<&Path> = Vec::new();
    for seen in before.iter().chain(after).chain(settled) {
        if !paths.contains(&&*seen.path) {
            paths.push(&seen.path);
        }
    }
    let attempt = (evidence.started, evidence.ended_at);
    let written = |facts: probe_loader::Facts| Written { at: facts.modified, attempt };
    let mut findings = Vec::new();
    for path in paths {
        let [before, after, settled] = [before.as_slice(), after.as_slice(), settled]
            .map(|all| all.iter().find(|seen| seen.path == path));
        let outcome = decide(Facts {
            before,
            after,
            settled,
            was_busy: *was_busy,
            symptom: evidence.symptom.is_some(),
            ended: evidence.ended,
        });
        let outcome = match (outcome, &watched.kept) {
            // Nobody has promised that the file is there.
            (FileOutcome::Missing, Kept::Made(_)) => match before.and_then(|seen| seen.facts) {
                Some(_) => FileOutcome::Changed,
                None => FileOutcome::Intact,
            },
            _ => outcome,
        };
        if outcome != FileOutcome::Intact {
            let looks = || [before, after, settled].into_iter().flatten();
            let worst = looks().max_by_key(|seen| severity(&seen.condition));
            let condition = worst.map_or(Condition::Absent, |seen| seen.condition.clone());
            findings.push(FileFinding {
                library: watched.id,
                path: path.to_owned(),
                outcome,
                condition,
                whole_size: looks().find_map(|seen| seen.whole_size),
                written: looks().filter_map(|seen| seen.facts).next_back().map(written),
            });
        }
    }
    findings
}

/// Ranks the conditions of a file: the report names the worst one.
fn severity(condition: &Condition) -> u8 {
    match condition {
        Condition::Whole => 0,
        Condition::Unreadable(_) => 1,
        Condition::Changing => 2,
        Condition::Absent => 3,
        Condition::Unfit(_) => 4,
        Condition::WrongDigest { .. } => 5,
        Condition::Torn(_) => 6,
    }
}

fn mend(
    loader: &Loader,
    evidence: &Evidence,
    library: &LibraryEvidence,
    host: &dyn Host,
) -> Repaired {
    let verify = match evidence.ended {
        By::Itself if evidence.is_suspect(library) => Verify::Always,
        By::Itself | By::Probe => Verify::Stamps,
    };
    let library = match &library.watched.kept {
        Kept::Imported(library) => library,
        Kept::Made(made) => return move_aside(loader, made, verify, host),
    };
    let Mended { repair, .. } = loader.mend(library, verify, host);
    match repair {
        Repair::Unneeded | Repair::Left => Repaired::AlreadyWhole,
        Repair::MovedAside(_) => Repaired::MovedAside,
        Repair::Failed(error) => Repaired::Failed(ImportFailure::from(&error)),
        Repair::Imported(imported) => match (imported.how, &library.to) {
            (How::Built, _) => Repaired::BuiltAgain,
            (How::BuiltByOther, _) => Repaired::AlreadyWhole,
            (How::Fetched, _) => Repaired::FetchedAgain,
            (How::Placed, _) | (How::FetchedByOther | How::Adopted | How::Unconfirmed, Some(_)) => {
                Repaired::PutBack
            }
            (How::Cached, _) | (How::FetchedByOther | How::Adopted | How::Unconfirmed, None) => {
                Repaired::AlreadyWhole
            }
        },
    }
}

/// What remains to do when probe itself is told to stop. Copies a file that the store has back, which takes no time. Moves
/// aside incomplete files that a command or a test made, so that nothing uses them.
fn tidy(loader: &Loader, library: &LibraryEvidence, host: &dyn Host) -> Repaired {
    match &library.watched.kept {
        Kept::Made(made) => move_aside(loader, made, Verify::Stamps, host),
        Kept::Imported(library) => match &library.source {
            ImportSource::Command { paths, inputs, .. } => {
                let made = Led {
                    name: library.name.clone(),
                    project: PathBuf::new(),
                    kind: library.kind,
                    paths: paths.clone(),
                    inputs: inputs.clone(),
                };
                move_aside(loader, &made, Verify::Stamps, host)
            }
            ImportSource::Url { .. } | ImportSource::Path { .. } => {
                match loader.mend(library, Verify::Stamps, host).repair {
                    Repair::Failed(error) => Repaired::Failed(ImportFailure::from(&error)),
                    Repair::Unneeded | Repair::Left => Repaired::AlreadyWhole,
                    Repair::Imported(_) | Repair::MovedAside(_) => Repaired::PutBack,
                }
            }
        },
    }
}

/// Moves incomplete files aside.
fn move_aside(loader: &Loader, made: &Led, verify: Verify, host: &dyn Host) -> Repaired {
    match loader.mend_led(made, verify, host).repair {
        Repair::MovedAside(_) => Repaired::MovedAside,
        Repair::Failed(error) => Repaired::Failed(ImportFailure::from(&error)),
        Repair::Unneeded | Repair::Left | Repair::Imported(_) => Repaired::AlreadyWhole,
    }
}

fn still_written(seen: &Observation) -> ImportFailure {
    let cause = format!("somebody still has `{}` open for writing", seen.path.display());
    ImportFailure {
        message: format!("see it whole: {cause}"),
        cause,
        attempts: Vec::new(),
        help: Some("`--lock-timeout` says how long is waited for that".to_owned()),
    }
}
