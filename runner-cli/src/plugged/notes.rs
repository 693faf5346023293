//! What plug has fetched on this machine: beside each of its files it leaves a note with the URL. Knows no project.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use probe_loader::{plug_place, read_regular};
use serde::Deserialize;

/// How the name of a note ends.
const ENDING: &str = ".metadata.json";

/// The most bytes of a note: it has a URL.
const LONGEST: u64 = 1 << 16;

/// A file of plug's, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) file: PathBuf,
    pub(crate) url: String,
}

/// What a note says.
#[derive(Deserialize)]
struct Note {
    url: String,
}

/// The files in the Deno cache at `cache` that came `since` then, each with its URL, in the order of their names.
pub(super) fn fetched(cache: &Path, since: SystemTime) -> Vec<Noted> {
    let mut noted: Vec<Noted> = ["http", "https"]
        .iter()
        .flat_map(|scheme| entries(&cache.join("plug").join(scheme)))
        .flat_map(|host| entries(&host))
        .filter(|note| note.to_str().is_some_and(|note| note.ends_with(ENDING)))
        .filter(|note| is_since(note, since))
        .filter_map(|note| read(cache, &note))
        .collect();
    noted.sort_by(|left, right| left.url.cmp(&right.url));
    noted
}

/// Where a file of plug's in the Deno cache at `cache` came from, if a note says so.
pub(super) fn origin(file: &Path, cache: &Path) -> Option<String> {
    let stem = file.file_name()?.to_str()?.split('.').next()?;
    let noted = read(cache, &file.with_file_name(format!("{stem}{ENDING}")))?;
    (noted.file == file).then_some(noted.url)
}

/// The file of a note, if it lies where plug would look for what the note says.
fn read(cache: &Path, note: &Path) -> Option<Noted> {
    let Note { url } = serde_json::from_slice(&read_regular(note, LONGEST).ok()?).ok()?;
    let file = plug_place(cache, &url)?;
    let stem = file.file_name()?.to_str()?.split('.').next()?;
    let is_its_own = note.with_file_name(format!("{stem}{ENDING}")) == note;
    (is_its_own && file.parent() == note.parent() && file.is_file()).then_some(Noted { file, url })
}

fn is_since(note: &Path, since: SystemTime) -> bool {
    fs::metadata(note).and_then(|found| found.modified()).is_ok_and(|written| written >= since)
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_counts_for_the_file_that_it_belongs_to() {
        let cache = tempfile::tempdir().expect("a directory");
        let url = "https://example.org/v1/libx.so";
        let file = plug_place(cache.path(), url).expect("a place");
        let note = file.with_extension("metadata.json");
        fs::create_dir_all(file.parent().expect("a directory")).expect("mkdir");
        let begin = SystemTime::UNIX_EPOCH;
        fs::write(&note, format!("{{\"url\":\"{url}\"}}")).expect("write");
        assert_eq!(fetched(cache.path(), begin), [], "its file is not there");
        fs::write(&file, "x").expect("write");
        let noted = Noted { file: file.clone(), url: url.to_owned() };
        assert_eq!(fetched(cache.path(), begin), [noted]);
        assert_eq!(origin(&file, cache.path()).as_deref(), Some(url));
        assert_eq!(origin(&cache.path().join("other.so"), cache.path()), None);
        let later = SystemTime::now() + std::time::Duration::from_secs(9);
        assert_eq!(fetched(cache.path(), later), []);
        for text in ["", "{}", "[1]", "{\"url\":\"https://example.org/v2/libx.so\"}", "{\"url\":7}"]
        {
            fs::write(&note, text).expect("write");
            assert_eq!(fetched(cache.path(), begin), [], "{text}");
        }
        assert_eq!(fetched(&cache.path().join("none"), begin), []);
    }
}
