//! Which preset knows a file, by where it lies. Reads the few files by which a project says what it uses.

use std::path::{Path, PathBuf};

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

/// The presets that say where something lies, with what lies there.
pub(super) struct Known(Vec<(String, Vec<PathBuf>)>);

impl Known {
    /// Looks where they say.
    pub(super) fn new(ground: Ground<'_>) -> Self {
        let known = preset_names().into_iter().filter_map(|preset| {
            let text = format!("[library.a]\npreset = {preset:?}\n");
            let reading = read(&text, ground.platform);
            let library = reading.manifest.libraries.into_iter().next();
            let source = library.filter(|_| reading.mistakes.is_empty())?.source;
            let (Source::Command { artefact, .. } | Source::Leader { artefact, .. }) = source
            else {
                return None;
            };
            let found = artefact.paths.iter().flat_map(|pattern| {
                let pattern = ground.environment.resolve_pattern(ground.root, pattern);
                let pattern = Pattern::parse(&pattern).ok();
                pattern.and_then(|pattern| pattern.matches().ok()).unwrap_or_default()
            });
            Some((preset, found.collect()))
        });
        Self(known.collect())
    }

    /// The preset of the file, or of a folder that it is in. Of several the one that the project names.
    pub(super) fn of_file(&self, path: &Path, ground: Ground<'_>) -> Option<String> {
        let is_there = |found: &PathBuf| path.starts_with(found);
        let known = self.0.iter().filter(|(_, found)| found.iter().any(is_there));
        let known: Vec<&String> = known.map(|(preset, _)| preset).collect();
        let named = known.iter().find(|preset| is_named(preset, ground.root));
        named.or_else(|| known.first().filter(|_| known.len() == 1)).map(|preset| (*preset).clone())
    }
}

/// Whether the project at `root` says that it uses what the preset is for.
fn is_named(preset: &str, root: &Path) -> bool {
    let (word, is_python) = match preset.strip_suffix("-python") {
        Some(word) => (word, true),
        None => (preset, false),
    };
    NAMING.iter().filter(|file| file.ends_with(".json") != is_python).any(|file| {
        let text = read_regular(&root.join(file), LONGEST).unwrap_or_default();
        String::from_utf8_lossy(&text).contains(word)
    })
}
