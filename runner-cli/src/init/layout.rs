//! The names of a project's files, and the text of the few that say how its tests are run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ignore::DirEntry;
use parking_lot::Mutex;
use probe_loader::read_regular;
use probe_scenario::ProjectView;

use crate::discovery::{is_entered, walker};

/// Directories whose files belong to somebody else, or are what tests work on.
const FOREIGN: [&str; 10] = [
    ".nox",
    ".tox",
    ".venv",
    "__fixtures__",
    "fixtures",
    "node_modules",
    "target",
    "testdata",
    "vendor",
    "venv",
];

/// Directories that no pattern can mean.
const PRIVATE: [&str; 2] = [".git", ".probe"];

/// What is longer is no file that a person wrote to set something up.
const LONGEST: u64 = 1 << 20;

/// The text of the file with this name, if it can be read.
type Read = dyn Fn(&str) -> Option<String>;

/// Whether there is something of this name, though ignore files may leave it out.
type Exists = dyn Fn(&str) -> bool;

/// A project as far as its tests can be told from it.
pub(crate) struct Layout {
    /// Relative to the project, with `/`; sorted.
    names: Vec<String>,
    /// The names of directories that were passed over.
    foreign: BTreeSet<String>,
    read: Box<Read>,
    exists: Box<Exists>,
}

impl Layout {
    /// A project with these files.
    pub(crate) fn new(
        names: impl IntoIterator<Item = String>,
        read: impl Fn(&str) -> Option<String> + 'static,
    ) -> Self {
        let mut layout = Self {
            names: Vec::new(),
            foreign: BTreeSet::new(),
            read: Box::new(read),
            exists: Box::new(|_| false),
        };
        for name in names {
            let directories = name.rsplit_once('/').map_or("", |(directories, _)| directories);
            match directories.split('/').find(|directory| FOREIGN.contains(directory)) {
                Some(directory) => drop(layout.foreign.insert(directory.to_owned())),
                None => layout.names.push(name),
            }
        }
        layout.names.sort_unstable();
        layout
    }

    /// The project in the directory `root`, without what its ignore files leave out.
    ///
    /// # Errors
    ///
    /// The directory cannot be walked.
    pub(crate) fn of_directory(root: &Path) -> Result<Self, ignore::Error> {
        let met: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let to_note = Arc::clone(&met);
        let enter = move |entry: &DirEntry| {
            let name = entry.file_name().to_str().unwrap_or_default();
            if !entry.file_type().is_some_and(|kind| kind.is_dir()) || entry.depth() == 0 {
                return true;
            }
            if FOREIGN.contains(&name) {
                to_note.lock().insert(name.to_owned());
                return false;
            }
            !PRIVATE.contains(&name) && is_entered(entry)
        };
        let mut names = Vec::new();
        for entry in walker(root).filter_entry(enter).build() {
            let entry = entry?;
            if entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                // A name that is not UTF-8 cannot be written in a manifest; a run says so.
                let name = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
                names.extend(name.map(str::to_owned));
            }
        }
        let (root, base) = (root.to_owned(), root.to_owned());
        let read =
            move |name: &str| String::from_utf8(read_regular(&root.join(name), LONGEST).ok()?).ok();
        let mut layout = Self::new(names, read);
        layout.exists = Box::new(move |name| base.join(name).exists());
        layout.foreign.append(&mut met.lock());
        Ok(layout)
    }

    /// Whether there is a file of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }

    /// Whether something of this name is there, be it left out by an ignore file: an environment, or what was built.
    pub(super) fn exists(&self, name: &str) -> bool {
        self.has(name) || (self.exists)(name)
    }

    /// The names of directories that were passed over.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &str> {
        self.foreign.iter().map(String::as_str)
    }

    /// The names of all files.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The text of a file; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        if self.has(name) { (self.read)(name).unwrap_or_default() } else { String::new() }
    }
}

impl ProjectView for Layout {
    fn is_file(&self, name: &str) -> bool {
        self.has(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.has(name).then(|| self.text(name))
    }

    fn is_set(&self, _: &str) -> bool {
        false
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("names", &self.names).finish_non_exhaustive()
    }
}
