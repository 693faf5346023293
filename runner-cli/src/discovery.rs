//! The files of a project that its suites may mean: directories walked, in parallel, and nothing read.
//!
//! Does not know which file is a test; the manifest's patterns say that.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};
use probe_scenario::{Manifest, Rule};

/// Directories in which packages are installed.
const INSTALLED: [&str; 4] = [".nox", ".tox", "node_modules", "site-packages"];

/// Why the files are not known.
#[derive(Debug)]
pub(crate) enum DiscoveryError {
    /// A directory could not be walked.
    Walk(ignore::Error),
    /// The name of a file that a suite's patterns match cannot be written in a manifest.
    NotUtf8 { path: PathBuf },
}

/// The names of all files below the directories that suites begin their patterns with, relative to `root`, in no order.
/// What `.gitignore` and `.ignore` leave out is no test.
///
/// # Errors
///
/// Of several reasons, that of the first path.
pub(crate) fn test_files(root: &Path, manifest: &Manifest) -> Result<Vec<String>, DiscoveryError> {
    let mut bases: Vec<PathBuf> = Vec::new();
    for suite in manifest.suites() {
        if let Rule::Files(files) = suite.rule {
            bases.extend(files.include.bases().into_iter().map(|base| root.join(base)));
        }
    }
    bases.sort_unstable();
    // A directory below another one is walked with it.
    bases.dedup_by(|later, earlier| later.starts_with(earlier));
    bases.retain(|base| base.exists());
    let Some((first, others)) = bases.split_first() else { return Ok(Vec::new()) };
    let mut walker = walker(first);
    for base in others {
        walker.add(base);
    }
    let (sender, found) = mpsc::channel();
    walker.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if entry.as_ref().map_or(true, is_file) {
                // The receiver outlives the walk.
                let _ = sender.send(entry.map(DirEntry::into_path));
            }
            WalkState::Continue
        })
    });
    drop(sender);
    let mut names = Vec::new();
    let mut errors = Vec::new();
    for path in found {
        match path.map_err(DiscoveryError::Walk).and_then(|path| name(root, &path, manifest)) {
            Ok(name) => names.extend(name),
            Err(error) => errors.push(error),
        }
    }
    match errors.into_iter().min_by_key(ToString::to_string) {
        Some(error) => Err(error),
        None => Ok(names),
    }
}

/// The names of the project's own files that can be found and are UTF-8, sorted, for those who can do without the others. What
/// is installed in it is not its own, whatever ignore files say.
pub(crate) fn own_files(root: &Path) -> Vec<String> {
    let mut walker = walker(root);
    walker.filter_entry(|entry| is_entered(entry) && !is_foreign(entry));
    let entries = walker.build().flatten().filter(is_file);
    let names = entries
        .filter_map(|entry| entry.path().strip_prefix(root).ok()?.to_str().map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// Whether it is what Git keeps for itself, or a directory of installed packages: an environment of Python may have any name.
fn is_foreign(entry: &DirEntry) -> bool {
    let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_str().unwrap_or_default();
    entry.depth() > 0
        && (name == ".git"
            || is_directory
                && (INSTALLED.contains(&name) || entry.path().join("pyvenv.cfg").is_file()))
}

/// How a project is walked: hidden files are files, but what Git keeps for itself and what `.gitignore` and `.ignore` leave
/// out is not there.
pub(crate) fn walker(base: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(base);
    builder.hidden(false).git_global(false).git_exclude(false).require_git(false);
    let ignores = !base.ancestors().any(has_endless_ignores);
    builder.ignore(ignores).git_ignore(ignores).parents(ignores);
    builder.filter_entry(|entry| entry.file_name() != ".git" && is_entered(entry));
    builder
}

/// Whether something in a project can be looked into: a directory in which an ignore file is a pipe or a device cannot.
pub(crate) fn is_entered(entry: &DirEntry) -> bool {
    let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
    !is_directory || !has_endless_ignores(entry.path())
}

fn has_endless_ignores(directory: &Path) -> bool {
    [".gitignore", ".ignore"].into_iter().any(|name| {
        directory.join(name).metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
    })
}

/// Whether it is a regular file, or a link to one: a pipe or a device is no test.
fn is_file(entry: &DirEntry) -> bool {
    match entry.file_type() {
        Some(kind) if kind.is_symlink() => {
            // One that leads nowhere was meant to be a file.
            entry.path().metadata().map_or(true, |found| found.is_file() || found.is_dir())
        }
        Some(kind) => kind.is_file(),
        None => false,
    }
}

/// A file's name relative to `root`; `None` if it is not UTF-8, and no suite means it.
fn name(root: &Path, path: &Path, manifest: &Manifest) -> Result<Option<String>, DiscoveryError> {
    let name = path.strip_prefix(root).expect("bases are below the root");
    if let Some(name) = name.to_str() {
        return Ok(Some(name.to_owned()));
    }
    let name = name.to_string_lossy();
    let meant = manifest.suites().any(|suite| match suite.rule {
        Rule::Files(files) => files.contain(&name),
        Rule::List(_) | Rule::Single | Rule::Cargo(_) | Rule::Ctest { .. } | Rule::Kind(_) => false,
    });
    if meant { Err(DiscoveryError::NotUtf8 { path: path.to_owned() }) } else { Ok(None) }
}

impl DiscoveryError {
    /// The way out, where there is one.
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Self::Walk(_) => None,
            Self::NotUtf8 { .. } => {
                Some("rename it, or leave it out by `exclude` or an ignore file")
            }
        }
    }
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Walk(source) => write!(f, "cannot look for test files: {source}"),
            Self::NotUtf8 { path } => write!(f, "the name of `{}` is not UTF-8", path.display()),
        }
    }
}

impl std::error::Error for DiscoveryError {}
