//! Tests that failed without a loader's message while files appeared in one folder. Finds the folder of one attempt, and the
//! folders that several attempts share. That is only a suspicion: nothing runs again because of it.

use std::path::{Path, PathBuf};

use probe_loader::{FileVerdict, FoundInstead, inspect};
use probe_scenario::TestId;

use super::evidence::Evidence;
use super::finding::Gathering;
use super::strays::{Arrival, Search};

/// The largest number of files to name in one folder.
const NAMED: usize = 3;

/// How many paths around such words count, and how many folders are looked at.
const PATHS: usize = 8;

/// Caches that change all the time, whatever tests do. They count only if the output names them.
const BUSY: [&str; 20] = [
    "pip",
    "uv",
    "npm",
    "yarn",
    "pnpm",
    "node",
    "go-build",
    "ccache",
    "sccache",
    "mypy",
    "ruff",
    "pre-commit",
    "fontconfig",
    "mesa_shader_cache",
    "node-gyp",
    "typescript",
    "vite",
    "turbo",
    "bazel",
    "deno",
];

/// A folder that several tests point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// The folder.
    pub folder: PathBuf,
    /// The words in the outputs, each once.
    pub words: Vec<&'static str>,
    /// Some of the files that appeared there.
    pub came: Vec<PathBuf>,
    /// The tests, each once, in the order in which they failed.
    pub tests: Vec<TestId>,
}

/// Returns the folder that an attempt points at, if nothing else explains its failure.
pub(super) fn gathering(evidence: &Evidence, search: &Search<'_>) -> Option<Gathering> {
    let attempt = (evidence.started, evidence.ended_at);
    let heard = evidence.words.heard.iter();
    let mut folders: Vec<(PathBuf, bool, &'static str)> = Vec::new();
    for heard in heard.clone() {
        for path in heard.paths.iter().take(PATHS) {
            if let Some((folder, is_cached)) = search.folder(Path::new(path))
                && folders.len() < PATHS
                && !folders.iter().any(|(known, ..)| *known == folder)
            {
                folders.push((folder, is_cached, heard.murmur.text));
            }
        }
    }
    let named = folders.into_iter().find_map(|(folder, is_cached, words)| {
        let mut came = search.came_into(&folder, is_cached, attempt);
        // Tests write all sorts of files in a project.
        came.retain(|path| is_cached || is_telling(path));
        (!came.is_empty()).then_some((words, (folder, came)))
    });
    let (words, (folder, came)) = named.or_else(|| {
        let mut plain = heard.filter(|heard| heard.murmur.is_plain && heard.paths.is_empty());
        Some((plain.next()?.murmur.text, unnamed_place(&search.arrivals(attempt))?))
    })?;
    Some(Gathering { folder, words, came: came.into_iter().take(NAMED).collect(), attempt })
}

/// Returns the only cache in which files appeared that are fetched or loaded, with these files.
fn unnamed_place(arrivals: &[Arrival]) -> Option<(PathBuf, Vec<PathBuf>)> {
    let is_busy =
        |folder: &Path| folder.file_name().and_then(|name| name.to_str()).is_none_or(is_busy);
    let telling: Vec<&Arrival> = arrivals
        .iter()
        .filter(|arrival| arrival.is_cached && !is_busy(&arrival.folder))
        .filter(|arrival| is_telling(&arrival.path))
        .collect();
    let folder = &telling.first()?.folder;
    // With two candidates nobody can tell which one it is.
    let is_one = telling.iter().all(|arrival| arrival.folder == *folder);
    let came = telling.iter().map(|arrival| arrival.path.clone()).collect();
    is_one.then(|| (folder.clone(), came))
}

/// Whether the part of a cache with this name changes all the time.
pub(super) fn is_busy(name: &str) -> bool {
    BUSY.contains(&name.trim_start_matches('.'))
}

/// Whether the file is something that programs fetch, build or load.
fn is_telling(path: &Path) -> bool {
    match inspect(path) {
        FileVerdict::Whole(_) | FileVerdict::Torn(_) | FileVerdict::WrongMachine { .. } => true,
        FileVerdict::NotALibrary(found) => {
            matches!(found, FoundInstead::Archive(_) | FoundInstead::Relocatable)
        }
        FileVerdict::Absent | FileVerdict::Unreadable(_) => false,
    }
}

/// Returns the folders that at least two tests point at which ran at the same time.
pub(crate) fn suspicions<'g>(
    gathered: impl Iterator<Item = (TestId, &'g Gathering)>,
) -> Vec<Suspicion> {
    let mut places: Vec<(&Path, Vec<(TestId, &Gathering)>)> = Vec::new();
    for (test, gathering) in gathered {
        match places.iter_mut().find(|(folder, _)| *folder == gathering.folder) {
            Some((_, all)) => all.push((test, gathering)),
            None => places.push((&gathering.folder, vec![(test, gathering)])),
        }
    }
    let suspicion = |(folder, all): (&Path, Vec<(TestId, &Gathering)>)| {
        let ran_with_another = |(test, gathering): &&(TestId, &Gathering)| {
            let (start, end) = gathering.attempt;
            all.iter()
                .any(|(other, at)| *other != *test && at.attempt.0 <= end && start <= at.attempt.1)
        };
        let mut suspicion = Suspicion {
            folder: folder.to_owned(),
            words: Vec::new(),
            came: Vec::new(),
            tests: Vec::new(),
        };
        for (test, gathering) in all.iter().filter(ran_with_another) {
            let Suspicion { words, came, tests, .. } = &mut suspicion;
            add(words, gathering.words);
            add(tests, *test);
            gathering.came.iter().for_each(|path| add(came, path.clone()));
        }
        suspicion.came.truncate(NAMED);
        (suspicion.tests.len() > 1).then_some(suspicion)
    };
    places.into_iter().filter_map(suspicion).collect()
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn only_those_that_ran_at_once_and_are_several_speak_for_a_place() {
        let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        let gathering = |folder: &str, from, to| Gathering {
            folder: folder.into(),
            words: "ENOENT",
            came: vec![PathBuf::from(folder).join("x")],
            attempt: (at(from), at(to)),
        };
        let all = [
            (0, gathering("/c/a", 0, 10)),
            (1, gathering("/c/a", 5, 15)),
            // Alone at its time.
            (2, gathering("/c/a", 20, 30)),
            // The only one that speaks for it.
            (3, gathering("/c/b", 0, 10)),
            // One test alone, however often it is tried.
            (4, gathering("/c/d", 0, 10)),
            (4, gathering("/c/d", 5, 15)),
        ];
        let all = all.iter().map(|(test, gathering)| (TestId::new(*test), gathering));
        let suspicion = Suspicion {
            folder: "/c/a".into(),
            words: vec!["ENOENT"],
            came: vec!["/c/a/x".into()],
            tests: vec![TestId::new(0), TestId::new(1)],
        };
        assert_eq!(suspicions(all), [suspicion]);
    }
}
