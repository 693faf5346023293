//! What a lock file should pin: every download of the manifest and of what is detected, for every platform. Downloads
//! nothing.

use std::collections::BTreeMap;

use probe_loader::{Pin, Pins};
use probe_scenario::{
    Detection, Download, Library, Manifest, Platform, PlatformKey, RunDefaults, Source, Span, Suite,
};

use crate::command::wanted::UnknownLibrary;
use crate::detection::Surroundings;
use crate::manifest_file::ManifestFile;
use crate::plugged;
use crate::project::error::ProjectError;
use crate::project::sources;

/// One download that is to be pinned.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) library: Library,
    pub(super) platform: Platform,
}

/// How much there is to pin.
#[derive(Debug)]
pub(super) struct Extent {
    /// In the order of the manifest.
    pub(super) wanted: Vec<Wanted>,
    /// Libraries with the platforms for which they have no URL.
    pub(super) lacking: Vec<(String, Platform)>,
}

/// The libraries of the project as each platform has them.
pub(super) struct Survey<'a> {
    file: &'a ManifestFile,
    profile: Option<&'a str>,
    libraries: BTreeMap<PlatformKey, Vec<Library>>,
}

impl Wanted {
    pub(super) fn download(&self) -> &Download {
        download(&self.library).expect("only downloads are wanted")
    }

    /// What the lock file calls its platform.
    pub(super) fn key(&self) -> String {
        self.platform.pin_key().to_string()
    }

    /// Whether `pins` say what there is to say.
    pub(super) fn is_in(&self, pins: &Pins) -> bool {
        let download = self.download();
        let pin = pins.find(&self.library.name, &self.key(), &download.url);
        // What the manifest itself says of the digest counts more, and a pin must not contradict it.
        pin.is_some_and(|pin| {
            download.sha256.is_none_or(|digest| digest.0 == *pin.sha256.as_bytes())
        })
    }
}

impl<'a> Survey<'a> {
    pub(super) fn new(file: &'a ManifestFile, profile: Option<&'a str>) -> Self {
        Self { file, profile, libraries: BTreeMap::new() }
    }

    /// What `[run]` or the profile says.
    pub(super) fn defaults(&self, platform: &Platform) -> Result<RunDefaults, ProjectError> {
        self.defaults_of(&self.manifest(platform)?)
    }

    fn defaults_of(&self, manifest: &Manifest) -> Result<RunDefaults, ProjectError> {
        manifest.defaults(self.profile).map_err(ProjectError::Profile)
    }

    /// What is to be pinned for `platforms`, in the order of the manifest, and then what is detected; of the libraries called
    /// `names`, if there are any.
    pub(super) fn extent(
        &mut self,
        platforms: &[Platform],
        names: &[String],
    ) -> Result<Extent, ProjectError> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for platform in platforms {
            let libraries = self.libraries(platform)?;
            let chosen = libraries.iter().filter(|library| is_chosen(library, names));
            wanted.extend(
                chosen.map(|library| Wanted { library: library.clone(), platform: *platform }),
            );
        }
        wanted.sort_by(|one, other| place(&one.library).cmp(&place(&other.library)));
        let mut lacking = Vec::new();
        for group in wanted.chunk_by(|one, other| one.library.name == other.library.name) {
            let lacks = platforms
                .iter()
                .filter(|platform| group.iter().all(|wanted| wanted.platform != **platform));
            lacking.extend(lacks.map(|platform| (group[0].library.name.clone(), *platform)));
        }
        Ok(Extent { wanted, lacking })
    }

    /// Whether the project still has the download that a pin is for. Of a platform that this probe does not know it is
    /// taken for granted.
    pub(super) fn has(
        &mut self,
        library: &str,
        key: &str,
        pin: &Pin,
    ) -> Result<bool, ProjectError> {
        let platform = key.parse::<PlatformKey>().ok().and_then(|key| key.platforms().pop());
        let Some(platform) = platform else { return Ok(true) };
        let libraries = self.libraries(&platform)?;
        let download = libraries.iter().find(|known| known.name == library).and_then(download);
        Ok(download.is_some_and(|download| pin.is_for(&download.url)))
    }

    /// Checks the names of libraries that were typed.
    pub(super) fn check_names(&self, names: &[String]) -> Result<(), UnknownLibrary> {
        let known = || {
            let libraries = self.libraries.values().flatten();
            libraries
                .filter(|library| download(library).is_some())
                .map(|library| library.name.as_str())
        };
        match names.iter().find(|name| known().all(|known| known != *name)) {
            None => Ok(()),
            Some(name) => {
                let mut known: Vec<&str> = known().collect();
                known.sort_unstable();
                known.dedup();
                Err(UnknownLibrary::new(name, known.into_iter()))
            }
        }
    }

    fn manifest(&self, platform: &Platform) -> Result<Manifest, ProjectError> {
        self.file.read_libraries(platform).map_err(ProjectError::Mistakes)
    }

    fn libraries(&mut self, platform: &Platform) -> Result<&[Library], ProjectError> {
        let key = platform.pin_key();
        if !self.libraries.contains_key(&key) {
            let manifest = self.manifest(platform)?;
            let detects = self.defaults_of(&manifest)?.limits.detect != Some(Detection::Off);
            let mut suite = Suite { libraries: manifest.libraries, ..Suite::default() };
            if detects {
                // A variable of the shell that somebody happens to have takes nothing out of a file for all.
                let root = &self.file.root;
                let (surroundings, is_set) = (Surroundings::new(root), |_: &str| false);
                let (needs, _) =
                    surroundings.detect_everything(&mut suite, is_set, platform, || sources(root));
                if plugged::is_used(&suite.libraries, &needs) {
                    let sources = sources(root);
                    let found = plugged::in_sources(root, &sources, &suite.libraries, platform);
                    suite.libraries.extend(found.into_iter().map(|(library, _)| library));
                }
            }
            self.libraries.insert(key, suite.libraries);
        }
        Ok(&self.libraries[&key])
    }
}

/// Libraries of the manifest in its order, then the others by their names; the same for every platform.
fn place(library: &Library) -> (bool, Span, &str) {
    (library.line.is_none(), library.span, &library.name)
}

fn is_chosen(library: &Library, names: &[String]) -> bool {
    download(library).is_some() && (names.is_empty() || names.contains(&library.name))
}

fn download(library: &Library) -> Option<&Download> {
    match &library.source {
        Source::Url(download) => Some(download),
        Source::Path { .. }
        | Source::Command { .. }
        | Source::Leader { .. }
        | Source::Check { .. } => None,
    }
}
