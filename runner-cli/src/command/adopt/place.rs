//! The manifest that is to be longer: read, checked, and replaced in one step, by one at a time. Does not know what is added.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use probe_scenario::{Mistakes, read_with};

use super::error::AdoptError;
use crate::detection::Surroundings;
use crate::dot_probe;
use crate::environment::Environment;
use crate::file_names::MANIFEST;
use crate::init::{Layout, manifest, suggestions};
use crate::manifest_file::{ManifestFile, manifest_path, read_manifest, replace, shown};
use crate::manifest_lock::{LOCK, lock};
use crate::platform;
use crate::project::error::ProjectError;
use crate::ui::Failure;

/// A new manifest is written here first, in `.probe`.
const NEW: &str = "manifest.new";

/// Where it is.
pub(super) struct Place {
    /// The project's directory.
    root: PathBuf,
    /// The file itself, wherever a link to it lies.
    path: PathBuf,
    shown: String,
    /// What stands for the text of a manifest that is not there yet, as `init` would write it.
    fresh: Option<String>,
}

impl Place {
    /// The manifest that is asked for, or the nearest one; else where the project begins.
    ///
    /// # Errors
    ///
    /// It cannot be looked for, or is a link out of the project.
    pub(super) fn find(asked: Option<&Path>, environment: &Environment) -> Result<Self, Failure> {
        let path = match manifest_path(asked, environment) {
            Ok(path) => path,
            Err(ProjectError::NoManifest { .. }) => {
                ManifestFile::none(environment).root.join(MANIFEST)
            }
            Err(error) => return Err(error.into()),
        };
        let shown = shown(&path, environment);
        let unreadable = |source| ProjectError::Unreadable { path: path.clone(), source };
        let root = path.parent().unwrap_or(Path::new("/")).canonicalize().map_err(unreadable)?;
        if path.symlink_metadata().is_err() {
            let layout = Layout::of_directory(&root).map_err(AdoptError::Walk)?;
            let fresh = Some(manifest(&suggestions(&layout)));
            return Ok(Self {
                path: root.join(path.file_name().unwrap_or_default()),
                root,
                shown,
                fresh,
            });
        }
        let real = path.canonicalize().map_err(unreadable)?;
        if !real.starts_with(&root) {
            return Err(AdoptError::Elsewhere { shown, real }.into());
        }
        Ok(Self { root, path: real, shown, fresh: None })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// How people are told of it.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether there is none yet.
    pub(super) fn is_new(&self) -> bool {
        self.fresh.is_some()
    }

    /// Its text, or what stands for it.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has come meanwhile.
    pub(super) fn text(&self) -> Result<String, Failure> {
        match &self.fresh {
            Some(_) if self.path.symlink_metadata().is_ok() => {
                Err(AdoptError::Came { shown: self.shown.clone() }.into())
            }
            Some(fresh) => Ok(fresh.clone()),
            None => {
                let unreadable =
                    |source| ProjectError::Unreadable { path: self.path.clone(), source };
                Ok(read_manifest(&self.path).map_err(unreadable)?)
            }
        }
    }

    /// What of `text` is on the disk.
    pub(super) fn written<'t>(&self, text: &'t str) -> &'t str {
        if self.is_new() { "" } else { text }
    }

    /// # Errors
    ///
    /// All mistakes of a manifest with this text at once.
    pub(super) fn check(&self, text: &str) -> Result<(), ProjectError> {
        let platform = platform::host().map_err(ProjectError::Platform)?;
        let surroundings = Surroundings::new(&self.root);
        let reading = read_with(text, &platform, &|preset| surroundings.known(preset));
        Mistakes::new(&self.shown, text, reading.mistakes)
            .map_or(Ok(()), |mistakes| Err(ProjectError::Mistakes(mistakes)))
    }

    /// Waits until nobody else writes it, and keeps others from it.
    ///
    /// # Errors
    ///
    /// There can be no lock: `.probe` is something else, or cannot be written.
    pub(super) fn lock(&self) -> Result<File, AdoptError> {
        let locked = match dot_probe::refuses_files(&self.root, [NEW]) {
            Some(why) => Err(io::Error::other(why)),
            None => lock(&self.root),
        };
        locked.map_err(|source| AdoptError::Lock { shown: LOCK.to_owned(), source })
    }

    /// Writes it in one step. Whoever calls this holds the lock.
    ///
    /// # Errors
    ///
    /// It cannot be written, or has come meanwhile.
    pub(super) fn write(&self, text: &str) -> Result<(), AdoptError> {
        let written = if self.is_new() { self.create(text) } else { replace(&self.path, text) };
        written.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => AdoptError::Came { shown: self.shown.clone() },
            _ => AdoptError::Write { shown: self.shown.clone(), source },
        })
    }

    /// With the permissions of any new file, and never over another one.
    fn create(&self, text: &str) -> io::Result<()> {
        let new = self.root.join(dot_probe::NAME).join(NEW);
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&new, &self.path);
        fs::remove_file(&new)?;
        linked
    }
}
