//! What the command of `exec` has perhaps raced for and probe could do nothing about: files that nobody declares, and
//! libraries that only tests make. What the command printed is not known here, so that its caller only says what came.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use probe_loader::Loader;
use probe_report::Suspects;
use probe_run::{Exit, Haunts, Question, Search, Watched};

use super::proposing::propose;
use crate::environment::Environment;
use crate::manifest_file::Source;
use crate::plugged::Noted;
use crate::proposal::{Seen, What};

/// What may explain the failure of a command that ran since `started`, apart from what `watched` knows. Empty where nothing
/// points at loading: neither how it ended nor a file that came.
pub(super) fn find(
    started: SystemTime,
    exit: Exit,
    (watched, made_by_tests): (&[Arc<Watched>], Vec<(String, String)>),
    fetched: Vec<Noted>,
    loader: &Loader,
    (root, manifest): (&Path, (&Source, Option<&Path>)),
    environment: &Environment,
) -> Suspects {
    let project = environment.cwd();
    let ended_at = SystemTime::now();
    let plan = || {
        let habitat = environment.habitat(&loader.settings().store);
        let haunts = Haunts::new(&habitat, project, None);
        (haunts, watched.iter().flat_map(|library| library.patterns()).collect())
    };
    let search = Search::new(started, &plan);
    let places = [environment.cwd().to_owned()];
    let mut files = search.find(loader, Question { started, ended_at, places: &places });
    let is_crash =
        matches!(exit, Exit::Command(132..=136 | 139) | Exit::Signal(4 | 5 | 6 | 7 | 8 | 11));
    // What was torn long before says something of a crash, and nothing of a failure like others; nor does a program that was
    // built in the project.
    files.retain(|stray| {
        let is_telling = !stray.condition.is_whole()
            || stray.is_called_a_library()
            || !stray.path.starts_with(project);
        is_crash || stray.written.after_start().is_some() && is_telling
    });
    // Of those more is known than their paths.
    files.retain(|stray| fetched.iter().all(|noted| noted.file != stray.path));
    let is_telling = !files.is_empty() || !fetched.is_empty() || is_crash;
    let fetched: Vec<String> = fetched.into_iter().map(|Noted { url, .. }| url).collect();
    let came = files.iter().filter(|stray| stray.written.after_start().is_some());
    let came = came.map(|stray| What::File(stray.path.clone()));
    let seen = came.chain(fetched.iter().cloned().map(What::Url));
    let seen: Vec<Seen> = seen.map(|what| Seen { what, users: Vec::new() }).collect();
    let proposals = propose(&seen, root, manifest, environment);
    let made_by_tests = if is_telling { made_by_tests } else { Vec::new() };
    Suspects { files, fetched, made_by_tests, proposals }
}
