//! Libraries as the caller imports them. Knows neither where they end up nor what is there already.

use std::time::Duration;

use crate::text::word::words;
use crate::{Command, LibraryId, Sha256, Span, Template, TestId, Trace};

/// One `[library.NAME]`.
#[derive(Clone, Debug)]
pub struct Library {
    /// Its name: `[a-z0-9][a-z0-9_.-]*`.
    pub name: String,
    /// The environment variable that hands its path to tests: `PROBE_LIBRARY_SQLITE3`. No two are the same.
    pub variable: String,
    /// `version`.
    pub version: Option<String>,
    /// Where it comes from.
    pub source: Source,
    /// What it is.
    pub kind: LibraryKind,
    /// Where a copy is put besides the store.
    pub to: Option<Placement>,
    /// Variables for the tests that need it, in the order of the text.
    pub env: Vec<(String, Template)>,
    /// Regular expressions over imports, by which tests are known to need it.
    pub detect: Vec<regex::Regex>,
    /// The libraries that must be there before it, declared or in a placeholder; by id, each once.
    pub needs: Vec<Need>,
    /// Where its name stands.
    pub span: Span,
    /// The 1-based line of its name; `None` if the manifest does not name it, and only detection knows of it.
    pub line: Option<usize>,
    /// The preset that it follows.
    pub preset: Option<String>,
}

impl Library {
    /// Makes its own values name `id` as its own.
    pub(crate) fn renumber(&mut self, id: LibraryId) {
        for (_, value) in &mut self.env {
            value.renumber(id);
        }
    }
}

/// Where a library comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It is downloaded.
    Url(Download),
    /// It is a file or a folder of this machine.
    Path {
        /// Its path, relative to the manifest's directory; a leading `~` is kept as written.
        path: String,
        /// What is taken out of it, if it is an archive.
        member: Option<Member>,
        /// The digest of its bytes.
        sha256: Option<Sha256>,
    },
    /// A command leaves it somewhere.
    Command {
        /// The command, run in the manifest's directory.
        command: Command,
        /// Where it is afterwards.
        artefact: Artefact,
        /// How long it may take.
        limits: CommandLimits,
    },
    /// Nothing is known about it: the first test that needs it makes it.
    Leader {
        /// Where it is afterwards; `paths` may be empty.
        artefact: Artefact,
        /// Whether more than a lock file says that tests need it: else a test that has not made it tells nothing.
        is_certain: bool,
    },
    /// It is no file, but that the runner of these tests has checked all of their files in one process.
    Check {
        /// In the order of the text.
        tests: Vec<TestId>,
    },
}

/// `url` and what belongs to it, for this platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// `http://…` or `https://…`.
    pub url: String,
    /// Other places of the same bytes, in the order in which they are tried.
    pub mirrors: Vec<String>,
    /// The digest of the downloaded bytes.
    pub sha256: Option<Sha256>,
    /// What is taken out of the archive.
    pub member: Option<Member>,
}

/// Files that something else makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artefact {
    /// Patterns of what must be there, relative to the manifest's directory; a leading `~` is kept as written.
    pub paths: Vec<String>,
    /// Patterns of what it is made from: while these are as they were, it is not made again.
    pub inputs: Vec<String>,
}

/// How long a library's command may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandLimits {
    /// In all.
    pub timeout: Duration,
    /// Without printing anything.
    pub silence: Duration,
}

impl Default for CommandLimits {
    /// Longer than a large engine takes to build; and so long that only what hangs says nothing.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60 * 60), silence: Duration::from_secs(10 * 60) }
    }
}

/// A part of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// One file.
    File(String),
    /// A folder, written with a trailing slash and here without.
    Folder(String),
}

/// Where a copy of a library is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Deno's plug cache, in the test's environment.
    Plug,
    /// A path relative to the manifest's directory; a leading `~` is kept as written.
    Path(String),
}

words! {
    /// What a library is, and so how it is known to be whole.
    LibraryKind "kind of library" {
        /// A shared library.
        Native = "native",
        /// A program.
        Executable = "executable",
        /// Anything else.
        Data = "data",
    }
}

/// That a library must be there first, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The library.
    pub library: LibraryId,
    /// How that is known.
    pub because: Because,
}

/// How it is known that a library is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// Its name stands in `needs`, there.
    Declared(Span),
    /// `{library.NAME}` stands there.
    Placeholder(Span),
    /// Its sources lead to it: [`Findings::chain`](crate::Findings::chain) of the suite's findings.
    Detected(Trace),
}

impl Need {
    /// Sorts by library and keeps the first reason for each.
    pub(crate) fn distinct(mut needs: Vec<Self>) -> Vec<Self> {
        needs.sort_by_key(|need| need.library);
        needs.dedup_by_key(|need| need.library);
        needs
    }
}

/// The environment variable that hands a library's path to tests.
pub(crate) fn variable(name: &str) -> String {
    let name = name.to_ascii_uppercase().replace(['.', '-'], "_");
    format!("PROBE_LIBRARY_{name}")
}
