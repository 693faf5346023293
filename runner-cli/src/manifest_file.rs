//! The manifest as a file: found, read for any machine, and replaced. Does not know what follows from what it says.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use probe_loader::read_regular;
use probe_scenario::{Manifest, Mistake, Mistakes, Platform, Reading, read_with, renamed_preset};

use crate::args::ProjectArguments;
use crate::detection::Surroundings;
use crate::environment::Environment;
use crate::file_names::MANIFEST;
use crate::project::error::ProjectError;
use crate::ui::print_warning;

/// The most bytes of a manifest: one that names 100,000 tests has less.
const LONGEST: u64 = 64 << 20;

/// A manifest that has been found, and its text.
#[derive(Debug)]
pub(crate) struct ManifestFile {
    /// Its real directory, which its paths are relative to.
    pub(crate) root: PathBuf,
    pub(crate) source: Source,
}

/// The text that the spans of a suite point into.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The manifest's path, relative to the working directory if it lies below it.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    /// The 1-based line of a place in the text.
    pub(crate) fn line_at(&self, place: usize) -> usize {
        let before = self.text.as_bytes().iter().take(place);
        1 + before.filter(|&&byte| byte == b'\n').count()
    }
}

impl ManifestFile {
    /// Finds the manifest that is asked for.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read.
    pub(crate) fn find(
        arguments: &ProjectArguments,
        environment: &Environment,
    ) -> Result<Self, ProjectError> {
        let path = manifest_path(arguments.manifest_path.as_deref(), environment)?;
        let unreadable = |source| ProjectError::Unreadable { path: path.clone(), source };
        let text = read_manifest(&path).map_err(unreadable)?;
        let root = path.parent().unwrap_or(Path::new("/")).canonicalize().map_err(unreadable)?;
        let name = shown(&path, environment);
        Ok(Self { root, source: Source { name, text } })
    }

    /// What stands for the manifest of a project that has none, which lies where the nearest lock file is.
    pub(crate) fn none(environment: &Environment) -> Self {
        let root = Surroundings::root_of(environment.cwd());
        Self { root, source: Source { name: MANIFEST.to_owned(), text: String::new() } }
    }

    /// What the manifest says to `platform`.
    ///
    /// # Errors
    ///
    /// All its mistakes at once.
    pub(crate) fn read(&self, platform: &Platform) -> Result<Manifest, Mistakes> {
        let reading = self.reading(platform);
        for library in &reading.manifest.libraries {
            let preset = library.preset.as_deref().unwrap_or_default();
            if let Some(real) = renamed_preset(preset) {
                let name = &library.name;
                print_warning(&format_args!(
                    "`preset` of library `{name}`: no package is called `{preset}`, and it is taken for `{real}`"
                ));
            }
        }
        reading.into_result(&self.source.name, &self.source.text)
    }

    /// What the manifest says to `platform` of libraries. That tests need some of which this platform has nothing is no
    /// mistake as long as no test is to be run there.
    ///
    /// # Errors
    ///
    /// All its other mistakes at once.
    pub(crate) fn read_libraries(&self, platform: &Platform) -> Result<Manifest, Mistakes> {
        let Reading { manifest, mut mistakes } = self.reading(platform);
        mistakes.retain(|mistake| !matches!(mistake, Mistake::UnsupportedPlatform { .. }));
        self.mistakes(mistakes).map_or(Ok(manifest), Err)
    }

    fn reading(&self, platform: &Platform) -> Reading {
        // Lock files are read only for libraries that leave their version to them.
        let surroundings = Surroundings::new(&self.root);
        read_with(&self.source.text, platform, &|preset| surroundings.known(preset))
    }

    /// The report on mistakes in it; `None` if there are none.
    pub(crate) fn mistakes(&self, mistakes: Vec<Mistake>) -> Option<Mistakes> {
        Mistakes::new(&self.source.name, &self.source.text, mistakes)
    }
}

/// The text of a manifest.
pub(crate) fn read_manifest(path: &Path) -> io::Result<String> {
    text(read_regular(path, LONGEST)?)
}

/// Puts `text` into the place of the file in one step, with the permissions that it has.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("/")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(path.metadata()?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Bytes as the text that they are to be.
pub(crate) fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// The absolute path of the manifest that is asked for, or else of the nearest one from the working directory upward.
pub(crate) fn manifest_path(
    asked: Option<&Path>,
    environment: &Environment,
) -> Result<PathBuf, ProjectError> {
    match asked {
        Some(path) => Ok(environment.typed(path)),
        None => nearest(environment.cwd()),
    }
}

/// `path` as people are told of it: relative to the working directory, if it lies below.
pub(crate) fn shown(path: &Path, environment: &Environment) -> String {
    path.strip_prefix(environment.cwd()).unwrap_or(path).display().to_string()
}

/// The nearest manifest from `directory` upward.
fn nearest(directory: &Path) -> Result<PathBuf, ProjectError> {
    let found =
        directory.ancestors().map(|ancestor| ancestor.join(MANIFEST)).find(|path| path.is_file());
    found.ok_or_else(|| ProjectError::NoManifest { from: directory.to_owned() })
}
