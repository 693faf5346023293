//! Libraries that a project's own code fetches through Deno's plug: known by literals in its sources, and by what its
//! commands have fetched before. Whatever their names, plug looks for each at the place of its URL.
//!
//! Does not know how they are imported, nor what becomes of a command.

mod library;
mod literals;
mod memory;
mod notes;

use std::path::Path;
use std::time::SystemTime;

use probe_loader::{Pin, plug_place, read_regular};
use probe_scenario::{Library, Need, Platform, Source};

pub(crate) use library::{MACHINES, declaration, is_of_preset, is_word, library_name, word_of};
use memory::{Memory, Remembered};
pub(crate) use notes::Noted;

/// The preset of whatever imports plug.
const PRESET: &str = "@denosaurs/plug";

/// The most bytes of a source that are read.
const LONGEST: u64 = 4 << 20;

/// A library, and where it is said that it is fetched.
pub(crate) type Found = (Library, String);

/// Whether one of the `needs` is whatever imports plug.
pub(crate) fn is_used(libraries: &[Library], needs: &[Need]) -> bool {
    needs.iter().any(|need| is_plug(&libraries[need.library.index()]))
}

/// Whether `library` is whatever plug fetches.
pub(crate) fn is_plug(library: &Library) -> bool {
    library.preset.as_deref() == Some(PRESET)
}

/// The libraries that stand in the `sources` of the project at `root`, besides `known` ones.
pub(crate) fn in_sources(
    root: &Path,
    sources: &[String],
    known: &[Library],
    platform: &Platform,
) -> Vec<Found> {
    let mut found = Vec::new();
    for file in sources {
        let text = read_regular(&root.join(file), LONGEST).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        for (line, url) in literals::urls(&text, platform.os.word(), platform.arch.word()) {
            let reason = format!("{file}:{line} `{url}`");
            found.extend(added(&url, None, reason, known, &found, platform));
        }
    }
    found
}

/// The libraries that commands of the project at `root` have fetched before, besides `known` ones.
pub(crate) fn in_memory(root: &Path, known: &[Library], platform: &Platform) -> Vec<Found> {
    let mut found = Vec::new();
    for Remembered { url, sha256 } in Memory::of(root).libraries {
        let reason = format!("an earlier command, which fetched it (`{}`)", memory::SHOWN);
        found.extend(added(&url, sha256.as_deref(), reason, known, &found, platform));
    }
    found
}

/// Pins for the project at `root` what was imported for the first time of what is remembered.
pub(crate) fn pin<'p>(root: &Path, imported: impl Iterator<Item = &'p Pin>) {
    let mut memory = Memory::of(root);
    let mut is_new = false;
    for pin in imported {
        is_new |= memory.pin(&pin.url, &pin.sha256.to_string());
    }
    if is_new {
        // What is not pinned is imported as before.
        let _ = memory.keep(root);
    }
}

/// What has come into the Deno cache at `cache` since `started` and is none of the `known` libraries: from now on it is
/// remembered for the project at `root`.
pub(crate) fn learn(
    root: &Path,
    cache: &Path,
    started: SystemTime,
    known: &[Library],
) -> Vec<Noted> {
    let mut fetched = notes::fetched(cache, started);
    fetched.retain(|noted| !known.iter().any(|library| is_from(library, &noted.url)));
    let mut memory = Memory::of(root);
    let is_new = fetched.iter().filter(|noted| memory.add(&noted.url)).count() > 0;
    if is_new {
        // What cannot be remembered is told all the same.
        let _ = memory.keep(root);
    }
    fetched
}

/// Where the file in the Deno cache at `cache` came from, as the note beside it or a source of the project at `root` says.
pub(crate) fn origin(
    file: &Path,
    cache: &Path,
    root: &Path,
    sources: &dyn Fn() -> Vec<String>,
    platform: &Platform,
) -> Option<String> {
    if let Some(url) = notes::origin(file, cache) {
        return Some(url);
    }
    file.starts_with(cache.join("plug")).then_some(())?;
    sources().iter().find_map(|source| {
        let text = read_regular(&root.join(source), LONGEST).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let urls = literals::urls(&text, platform.os.word(), platform.arch.word());
        let mut urls = urls.into_iter().map(|(_, url)| url);
        urls.find(|url| plug_place(cache, url).as_deref() == Some(file))
    })
}

/// A library by its URL, unless there is one from there.
fn added(
    url: &str,
    sha256: Option<&str>,
    reason: String,
    known: &[Library],
    found: &[Found],
    platform: &Platform,
) -> Option<Found> {
    let others: Vec<&Library> =
        known.iter().chain(found.iter().map(|(library, _)| library)).collect();
    if others.iter().any(|library| is_from(library, url)) {
        return None;
    }
    Some((library::library(url, sha256, &others, platform)?, reason))
}

fn is_from(library: &Library, url: &str) -> bool {
    matches!(&library.source, Source::Url(download) if download.url == url)
}
