//! What the command of `exec` has perhaps raced for and probe could do nothing about: files that nobody declares, and
//! libraries that only tests make. What the command printed is not known here, so that its caller only says what came.

use std::path::Path;
use std::time::SystemTime;

use probe_loader::Loader;
use probe_report::Suspects;
use probe_run::{Doubled, Exit, Question, Search, Stray};

use super::proposing::propose;
use crate::environment::Environment;
use crate::manifest_file::Source;
use crate::plugged::Noted;
use crate::proposal::{Seen, What};

/// What may explain a failure.
#[derive(Default)]
pub(super) struct Explained {
    files: Vec<Stray>,
    fetched: Vec<String>,
    made_by_tests: Vec<(String, String)>,
}

/// What may explain the failure of a command that ran since `started` in the project, apart from what libraries declare. Empty
/// where nothing points at loading: neither how it ended nor a file that came.
pub(super) fn find(
    search: &Search<'_>,
    (started, exit): (SystemTime, Exit),
    made_by_tests: Vec<(String, String)>,
    fetched: Vec<Noted>,
    loader: &Loader,
    project: &Path,
) -> Explained {
    let ended_at = SystemTime::now();
    let places = [project.to_owned()];
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
    let fetched = fetched.into_iter().map(|Noted { url, .. }| url).collect();
    let made_by_tests = if is_telling { made_by_tests } else { Vec::new() };
    Explained { files, fetched, made_by_tests }
}

/// The same with what was written several times meanwhile, and the lines that would declare all that.
pub(super) fn proposed(
    explained: Explained,
    mut doubled: Vec<Doubled>,
    (root, manifest, asked): (&Path, &Source, Option<&Path>),
    environment: &Environment,
) -> Suspects {
    let Explained { files, fetched, made_by_tests } = explained;
    // Of those something worse is said already.
    doubled.retain(|doubled| files.iter().all(|stray| stray.path != doubled.path));
    let came = files.iter().filter(|stray| stray.written.after_start().is_some());
    let came = came.map(|stray| What::File(stray.path.clone()));
    let twice = doubled.iter().map(|doubled| What::File(doubled.path.clone()));
    let seen = came.chain(fetched.iter().cloned().map(What::Url)).chain(twice);
    let seen: Vec<Seen> = seen.map(|what| Seen { what, users: Vec::new() }).collect();
    let proposals = propose(&seen, root, (manifest, asked), environment);
    Suspects { files, fetched, made_by_tests, doubled, proposals }
}
