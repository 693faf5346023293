//! What the command caches in the project, out of the way for as long as the race takes. Does not know what it is.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;

use crate::ui::Ends;

/// What the names of things have at the end that are out of the way.
const SUFFIX: &str = ".before-race";

/// Places that are emptied for every round; what was there is put back when this is dropped.
#[derive(Debug)]
pub(crate) struct Aside {
    places: Vec<PathBuf>,
}

/// Why something could not be put out of the way.
#[derive(Debug)]
pub(crate) enum AsideError {
    /// The working directory is in it.
    Here(PathBuf),
    /// A race that was killed has left this.
    Left(PathBuf),
    Rename {
        path: PathBuf,
        source: io::Error,
    },
}

impl Aside {
    /// Moves aside what is at `paths`, which are relative to `cwd`.
    ///
    /// # Errors
    ///
    /// When one of them holds `cwd`, cannot be renamed, or was put aside by a race that did not come to its end. What had
    /// been moved is back then.
    pub(crate) fn move_away(paths: &[PathBuf], cwd: &Path) -> Result<Self, AsideError> {
        let mut aside = Self { places: Vec::new() };
        for path in paths {
            // Without a slash at its end, which a name to rename to must not have.
            let path: PathBuf = cwd.join(path).components().collect();
            if cwd.starts_with(&path) || path.file_name().is_none() {
                return Err(AsideError::Here(path));
            }
            let away = away(&path);
            if away.symlink_metadata().is_ok() {
                return Err(AsideError::Left(away));
            }
            match fs::rename(&path, away) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(AsideError::Rename { path, source });
                }
                _ => aside.places.push(path),
            }
        }
        Ok(aside)
    }

    /// The places.
    pub(crate) fn places(&self) -> &[PathBuf] {
        &self.places
    }

    /// Removes what a round has left there.
    ///
    /// # Errors
    ///
    /// When something cannot be removed.
    pub(crate) fn empty(&self) -> Result<(), AsideError> {
        self.places.iter().try_for_each(|path| {
            remove(path).map_err(|source| AsideError::Rename { path: path.clone(), source })
        })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for path in &self.places {
            // What cannot be put back stays where the next race finds and names it.
            let _ = remove(path);
            let _ = fs::rename(away(path), path);
        }
    }
}

fn away(path: &Path) -> PathBuf {
    let mut away = path.as_os_str().to_owned();
    away.push(SUFFIX);
    away.into()
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

impl fmt::Display for AsideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(path) => {
                write!(f, "cannot empty `{}`: the command runs in it", path.display())
            }
            Self::Left(path) => {
                write!(
                    f,
                    "`{}` is there: an earlier race was killed before it could put it back",
                    path.display()
                )
            }
            Self::Rename { path, source } => {
                write!(f, "cannot empty `{}`: {source}", path.display())
            }
        }
    }
}

impl std::error::Error for AsideError {}

impl Ends for AsideError {}

impl Diagnostic for AsideError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Left(_) => {
                Some(Box::new(format!("rename it to what it is called without `{SUFFIX}`")))
            }
            Self::Here(_) | Self::Rename { .. } => None,
        }
    }
}
