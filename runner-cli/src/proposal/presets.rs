//! Which preset knows a file, by where it lies. Reads the few files by which a project says what it uses.

use std::path::Path;

use probe_loader::{Pattern, read_regular};
use probe_scenario::{Source, preset_names, read};

use super::seen::Ground;

/// Where projects name what they use.
const NAMING: [&str; 6] = [
    "package.json",
    "deno.json",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "setup.cfg",
];

/// The most bytes of such a file that are read.
const LONGEST: u64 = 1 << 20;

/// The preset whose `paths` match the file, or a folder that it is in. Of several the one that the project names.
pub(super) fn of_file(path: &Path, ground: Ground<'_>) -> Option<String> {
    let knows = |preset: &String| {
        let text = format!("[library.a]\npreset = {preset:?}\n");
        let reading = read(&text, ground.platform);
        let library = reading.manifest.libraries.into_iter().next();
        let library = library.filter(|_| reading.mistakes.is_empty());
        let Some(Source::Command { artefact, .. } | Source::Leader { artefact }) =
            library.map(|library| library.source)
        else {
            return false;
        };
        artefact.paths.iter().any(|pattern| is_matched(path, pattern, ground))
    };
    let known: Vec<String> = preset_names().into_iter().filter(knows).collect();
    let named = |preset: &&String| {
        let (word, is_python) = match preset.strip_suffix("-python") {
            Some(word) => (word, true),
            None => (preset.as_str(), false),
        };
        NAMING.iter().any(|file| {
            let is_of_python = !file.ends_with(".json");
            let text = read_regular(&ground.root.join(file), LONGEST).unwrap_or_default();
            is_of_python == is_python && String::from_utf8_lossy(&text).contains(word)
        })
    };
    known.iter().find(named).or_else(|| known.first().filter(|_| known.len() == 1)).cloned()
}

fn is_matched(path: &Path, pattern: &str, ground: Ground<'_>) -> bool {
    let pattern = ground.environment.resolve_pattern(ground.root, pattern);
    let matches = Pattern::parse(&pattern).ok().and_then(|pattern| pattern.matches().ok());
    matches.is_some_and(|matches| matches.iter().any(|found| path.starts_with(found)))
}
