//! Why a store cannot be used. It does not know the layout of a store.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::help;
use crate::interface::holder::Holder;

/// Why a store cannot be used.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// A file operation failed.
    Disk {
        /// The operation.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        error: Arc<io::Error>,
    },
    /// The directory belongs to another user.
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// A part of the store is a symbolic link or no directory.
    NoDirectory {
        /// That part.
        path: PathBuf,
    },
    /// The path is not absolute.
    Relative {
        /// The path.
        path: PathBuf,
    },
    /// Another process prunes it.
    Pruning {
        /// The store.
        path: PathBuf,
        /// The holder, if known.
        holder: Option<Holder>,
    },
    /// Its file system has no locks, so probe cannot know what is in use.
    NoLocks {
        /// The store.
        path: PathBuf,
    },
}

impl StoreError {
    /// Returns the way out as a sentence for the user; `None` if the message says everything.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Foreign { .. } | Self::NoDirectory { .. } | Self::Relative { .. } => {
                "name a directory of your own as store"
            }
            Self::Pruning { .. } => "wait until that has ended",
            Self::NoLocks { .. } => "use a store on a local disk",
            Self::Disk { error, .. } => help::disk_help(error)?,
        })
    }

    /// Makes the error of a failed file operation.
    pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Disk { action, path, error: Arc::new(error) }
    }
}

impl std::error::Error for StoreError {}
