//! What the tests share: a store in a temporary directory, a host that listens, made-up object files, and a server with faults.

pub(crate) mod archive;
pub(crate) mod calls;
pub(crate) mod compiled;
pub(crate) mod example;
pub(crate) mod host;
pub(crate) mod object;
pub(crate) mod secure;
pub(crate) mod server;
pub(crate) mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::{
    ImportError, ImportSource, ImportSpec, Imported, Loader, RetryPolicy, Settings, Sha256,
};
use tempfile::TempDir;

/// A temporary directory with a store in it.
pub(crate) struct Scene {
    directory: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("create the parent");
        fs::write(&path, content).expect("write");
        path
    }

    /// Settings whose back-offs are short enough for tests.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            retry: RetryPolicy {
                attempts: 4,
                base: Duration::from_millis(2),
                cap: Duration::from_millis(5),
                // No attempt is left out because the machine is slow.
                deadline: Duration::MAX,
            },
            ..Settings::new(self.path("store"))
        }
    }

    /// A loader that says at once when it waits, and would wait for ever.
    pub(crate) fn impatient(&self) -> Loader {
        let settings = Settings {
            announce_after: Duration::ZERO,
            lock_timeout: Duration::MAX,
            ..self.settings()
        };
        Loader::new(settings).expect("a store")
    }

    pub(crate) fn loader(&self) -> Loader {
        Loader::new(self.settings()).expect("a store")
    }

    pub(crate) fn import(&self, library: &ImportSpec) -> Result<Imported, ImportError> {
        self.loader().import(library, &())
    }

    /// The files of the store, relative to it, without locks and records.
    pub(crate) fn stored(&self) -> Vec<String> {
        let root = self.path("store/files");
        let mut files =
            files_below(&root).iter().map(|path| relative(path, &root)).collect::<Vec<_>>();
        files.sort();
        files
    }
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned()
}

/// Every file below a directory.
pub(crate) fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).expect("list") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// A native library of a URL, unpinned.
pub(crate) fn library(url: &str) -> ImportSpec {
    ImportSpec::new("sample", ImportSource::url(url))
}

/// The same, pinned.
pub(crate) fn pinned(url: &str, content: &[u8]) -> ImportSpec {
    ImportSpec::new(
        "sample",
        ImportSource::Url {
            url: url.to_owned(),
            mirrors: Vec::new(),
            sha256: Some(Sha256::of(content)),
            member: None,
        },
    )
}

/// Makes a pipe, as every Unix can.
pub(crate) fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success(), "{}", path.display());
}
