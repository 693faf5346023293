//! Adds what the survey found to a suite: the needs of tests, and the libraries that only presets describe.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ecosystem::LockScope;
use super::path;
use crate::Link;
use crate::manifest::library::variable;
use crate::needs::findings::Findings;
use crate::needs::meaning::Meaning;
use crate::read::Presets;
use crate::text::relative::relative;
use crate::{
    Because, Detection, Library, LibraryId, Need, Placement, Platform, Source, Suite, Test, Trace,
    read,
};

/// What detection reports besides needs.
#[derive(Clone, Debug, Default)]
pub struct Detected {
    /// Libraries that some test needs and whose version is unknown. They are led, because probe cannot prepare them.
    pub unversioned: Vec<Unversioned>,
}

/// A library whose version no lock file gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unversioned {
    /// The library that detection added for it.
    pub library: LibraryId,
    /// The preset that describes it.
    pub preset: String,
    /// The links from a test to the library.
    pub chain: Vec<Link>,
}

/// What a preset means for this suite.
#[derive(Clone, Copy, Debug)]
enum Standing {
    Library(LibraryId),
    /// Like `Library`, but its version is unknown, so it is led.
    Unversioned(LibraryId),
    /// It has nothing for this platform.
    Elsewhere,
}

impl Suite {
    /// Adds the needs that `findings` show, to each test with detection on. `by_default` holds for tests that do not set
    /// `detect`. `base` is the manifest's directory as seen from the base of the findings.
    ///
    /// If one of the `locks` has a package that no test is seen to import, every test in the scope of that lock file needs
    /// it. probe fetches it before the tests if the source is known. Otherwise the library is led, because it is not certain
    /// that the tests use it.
    ///
    /// Declared needs stay as they are. A library that only a preset describes is added, unless what the test has already
    /// sets one of its variables.
    pub fn detect(
        &mut self,
        findings: Findings,
        locks: &[LockScope],
        base: &str,
        platform: &Platform,
        by_default: Detection,
    ) -> Detected {
        let mut added = Added::new(base, platform, &self.libraries);
        let declared = self.libraries.len();
        for test in &mut self.tests {
            if test.limits.detect.unwrap_or(by_default) == Detection::Off {
                continue;
            }
            let mut needs = Vec::new();
            for file in &test.files {
                let Some(file) = path::join(base, file) else { continue };
                for (trace, meaning) in findings.of(&file) {
                    needs.extend(added.need(&findings, trace, meaning));
                }
            }
            let taken = variables(test, &self.libraries[..declared]);
            needs.retain(|need: &Need| {
                let Some(preset) = need.library.index().checked_sub(declared) else { return true };
                !added.libraries[preset].env.iter().any(|(name, _)| taken.contains(name))
            });
            test.needs.extend(needs);
            test.needs = Need::distinct(std::mem::take(&mut test.needs));
        }
        for lock in locks {
            self.detect_in_lock(&mut added, &findings, lock, by_default);
        }
        let (libraries, detected) = added.finish();
        self.libraries.extend(libraries);
        self.findings = findings.seen_from(base);
        detected
    }

    /// Adds the needs that nothing but a lock file shows.
    fn detect_in_lock(
        &mut self,
        added: &mut Added<'_>,
        findings: &Findings,
        lock: &LockScope,
        by_default: Detection,
    ) {
        let (declared, added_base) = (self.libraries.len(), added.base);
        let is_seen = |meaning: &Meaning| match meaning {
            Meaning::Library(id) => {
                let mut needs = self.tests.iter().flat_map(|test| &test.needs);
                needs.any(|need| need.library == *id)
            }
            Meaning::Preset { name, .. } => added.has_seen(name),
        };
        let said: Vec<(Trace, &Meaning, bool)> = findings
            .of(&lock.file)
            .map(|(trace, meaning)| (trace, meaning, is_seen(meaning)))
            .collect();
        let mut holds = self.tests.iter().map(|test| {
            test.limits.detect.unwrap_or(by_default) == Detection::On
                && lock.holds_for(test, added.base)
        });
        let meant: Vec<bool> = holds.by_ref().collect();
        if !meant.contains(&true) {
            return;
        }
        // Nothing can be seen of a test without files.
        let is_meant = |test: &Test, meaning: &Meaning, is_seen: bool| {
            (!is_seen || test.files.is_empty()) && lock.is_for(meaning, test, added_base)
        };
        let tests = || self.tests.iter().zip(&meant).filter(|(_, is_meant)| **is_meant);
        let needs: Vec<(Need, &Meaning, bool)> = said
            .into_iter()
            .filter(|(_, meaning, is_seen)| {
                tests().any(|(test, _)| is_meant(test, meaning, *is_seen))
            })
            .filter_map(|(trace, meaning, is_seen)| {
                let need = match is_seen {
                    true => added.need(findings, trace, meaning),
                    false => added.led(findings, trace, meaning),
                };
                Some((need?, meaning, is_seen))
            })
            .collect();
        for (test, _) in self.tests.iter_mut().zip(&meant).filter(|(_, is_meant)| **is_meant) {
            let taken = variables(test, &self.libraries[..declared]);
            let meant = needs.iter().filter(|(_, meaning, seen)| is_meant(test, meaning, *seen));
            let fitting = meant.map(|(need, ..)| need).filter(|need| {
                let Some(preset) = need.library.index().checked_sub(declared) else { return true };
                !added.libraries[preset].env.iter().any(|(name, _)| taken.contains(name))
            });
            let fitting: Vec<Need> = fitting.cloned().collect();
            test.needs.extend(fitting);
            test.needs = Need::distinct(std::mem::take(&mut test.needs));
        }
    }

    /// Adds the libraries that only presets describe and that `files` lead to. Returns every library that the files need.
    pub fn detect_for(
        &mut self,
        findings: Findings,
        files: &[String],
        base: &str,
        platform: &Platform,
    ) -> (Vec<Need>, Detected) {
        let mut added = Added::new(base, platform, &self.libraries);
        let mut needs = Vec::new();
        for file in files {
            for (trace, meaning) in findings.of(file) {
                needs.extend(added.need(&findings, trace, meaning));
            }
        }
        let (libraries, detected) = added.finish();
        self.libraries.extend(libraries);
        self.findings = findings.seen_from(base);
        (Need::distinct(needs), detected)
    }
}

/// The variables that a test has without detection.
fn variables(test: &Test, libraries: &[Library]) -> Vec<String> {
    let needed = test.needs.iter().filter_map(|need| libraries.get(need.library.index()));
    let of_libraries = needed.flat_map(|library| &library.env).map(|(name, _)| name.as_str());
    let own = test.env.iter().map(|(name, _)| name.as_ref());
    of_libraries.chain(own).map(str::to_owned).collect()
}

/// The libraries that are added to a suite.
struct Added<'a> {
    base: &'a str,
    platform: &'a Platform,
    presets: &'static Presets,
    declared: usize,
    /// The variables of all libraries: no two may share one.
    taken: Vec<String>,
    libraries: Vec<Library>,
    standings: BTreeMap<Meaning, Standing>,
    unversioned: BTreeMap<String, Unversioned>,
}

impl<'a> Added<'a> {
    fn new(base: &'a str, platform: &'a Platform, declared: &[Library]) -> Self {
        Self {
            base,
            platform,
            presets: Presets::known(),
            declared: declared.len(),
            taken: declared.iter().map(|library| library.variable.clone()).collect(),
            libraries: Vec::new(),
            standings: BTreeMap::new(),
            unversioned: BTreeMap::new(),
        }
    }

    fn need(&mut self, findings: &Findings, trace: Trace, meaning: &Meaning) -> Option<Need> {
        let because = Because::Detected(trace);
        let (name, version, lock, which) = match meaning {
            Meaning::Library(library) => return Some(Need { library: *library, because }),
            Meaning::Preset { name, version, lock, which } => {
                (name, version.as_deref(), lock.as_deref(), which.as_deref())
            }
        };
        let standing = match self.standings.get(meaning) {
            Some(&standing) => standing,
            None => {
                let standing = self.add(name, version, lock, which);
                self.standings.insert(meaning.clone(), standing);
                standing
            }
        };
        match standing {
            Standing::Library(library) => Some(Need { library, because }),
            Standing::Elsewhere => None,
            Standing::Unversioned(library) => {
                self.unversioned.entry(name.clone()).or_insert_with(|| Unversioned {
                    library,
                    preset: name.clone(),
                    chain: findings.chain_from(trace, self.base),
                });
                Some(Need { library, because })
            }
        }
    }

    /// Whether some test is seen to need the library of `preset`.
    fn has_seen(&self, preset: &str) -> bool {
        let is_one =
            |meaning: &Meaning| matches!(meaning, Meaning::Preset { name, .. } if name == preset);
        self.standings.keys().any(is_one)
    }

    /// Like [`Self::need`], for a library that tests may not use at all: probe makes nothing that no test would make.
    fn led(&mut self, findings: &Findings, trace: Trace, meaning: &Meaning) -> Option<Need> {
        let need = self.need(findings, trace, meaning)?;
        let added = need.library.index().checked_sub(self.declared);
        if let Some(library) = added.and_then(|index| self.libraries.get_mut(index))
            && let Source::Command { artefact, .. } = &library.source
        {
            library.source = Source::Leader { artefact: artefact.clone(), is_certain: false };
        }
        Some(need)
    }

    /// Adds the library of a preset, as a manifest would define it.
    fn add(
        &mut self,
        preset: &str,
        version: Option<&str>,
        lock: Option<&str>,
        which: Option<&str>,
    ) -> Standing {
        let Some(known) = self.presets.all().find(|known| known.name == preset) else {
            return Standing::Elsewhere;
        };
        let library = which
            .map_or_else(|| known.library.clone(), |which| known.library.replace("{name}", which));
        let name = self.free_name(&library, version);
        let mut text = format!("[library.\"{name}\"]\npreset = {preset:?}\n");
        if let Some(version) = version {
            writeln!(text, "version = {version:?}").expect("a string takes any text");
        }
        // A name that would be a pattern cannot be written as itself.
        let lock =
            lock.filter(|lock| known.is_made && !lock.contains(['*', '?', '[', '{', '"', '\\']));
        if let Some(lock) = lock.and_then(|lock| relative(self.base, lock)) {
            writeln!(text, "inputs = [{lock:?}]").expect("a string takes any text");
        }
        let mut reading = read(&text, self.platform);
        let is_versioned = reading.mistakes.is_empty();
        if !is_versioned {
            // An unknown version cannot be fetched before the tests, but the first of them can fetch it alone.
            reading = read(&format!("[library.\"{name}\"]\nleader = true\n"), self.platform);
        }
        let Some(mut library) = reading.manifest.libraries.into_iter().next() else {
            return Standing::Elsewhere;
        };
        library.line = None;
        library.preset = Some(preset.to_owned());
        let id = LibraryId::new(self.declared + self.libraries.len());
        // Its own values may name its own place.
        library.renumber(id);
        self.taken.push(library.variable.clone());
        self.libraries.push(library);
        if is_versioned { Standing::Library(id) } else { Standing::Unversioned(id) }
    }

    /// The added libraries, once all are known.
    fn finish(mut self) -> (Vec<Library>, Detected) {
        let presets: Vec<Option<String>> =
            self.libraries.iter().map(|library| library.preset.clone()).collect();
        for known in self.presets.all().filter(|preset| preset.is_plugged) {
            let is_one = |preset: &Option<String>| preset.as_deref() == Some(&known.name);
            if presets.iter().filter(|preset| is_one(preset)).count() < 2 {
                continue;
            }
            // One variable cannot name two files, but each has a place of its own where its package looks.
            for (library, _) in
                self.libraries.iter_mut().zip(&presets).filter(|(_, preset)| is_one(preset))
            {
                library.env.clear();
                if matches!(library.source, Source::Url(_)) {
                    library.to = Some(Placement::Plug);
                }
            }
        }
        (self.libraries, Detected { unversioned: self.unversioned.into_values().collect() })
    }

    /// The preset's name for it, with its version if another library has that name already.
    fn free_name(&self, name: &str, version: Option<&str>) -> String {
        let versioned = version.map(|version| {
            let version = version.to_ascii_lowercase();
            format!(
                "{name}-{}",
                version.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-")
            )
        });
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(versioned).chain(numbered);
        let is_free = |name: &String| !self.taken.contains(&variable(name));
        names.find(is_free).expect("numbers do not end")
    }
}
