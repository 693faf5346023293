//! Libraries as the caller prepares them. Knows neither their final paths nor which of them exist already.

use std::time::Duration;

use crate::text::word::words;
use crate::{Command, LibraryId, Sha256, Span, Template, TestId, Trace};

/// One `[library.NAME]`.
#[derive(Clone, Debug)]
pub struct Library {
    /// Its name: `[a-z0-9][a-z0-9_.-]*`.
    pub name: String,
    /// The environment variable that gives tests its path, such as `PROBE_LIBRARY_SQLITE3`. No two libraries share one.
    pub variable: String,
    /// `version`.
    pub version: Option<String>,
    /// Where the library comes from.
    pub source: Source,
    /// Its file type.
    pub kind: LibraryKind,
    /// Where probe puts a copy besides the store.
    pub to: Option<Placement>,
    /// Variables for the tests that need it, in the order of the text.
    pub env: Vec<(String, Template)>,
    /// Regular expressions over imports: a test with a matching import needs the library.
    pub detect: Vec<regex::Regex>,
    /// The libraries that must be ready before it, declared or in a placeholder. By id, each once.
    pub needs: Vec<Need>,
    /// The place of its name.
    pub span: Span,
    /// The 1-based line of its name. `None` if the manifest does not name it and detection added it.
    pub line: Option<usize>,
    /// The preset that it uses.
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
    /// probe downloads it.
    Url(Download),
    /// A file or a folder on this machine.
    Path {
        /// Its path, relative to the manifest's directory; a leading `~` is kept as written.
        path: String,
        /// The part to extract, if it is an archive.
        member: Option<Member>,
        /// The digest of its bytes.
        sha256: Option<Sha256>,
    },
    /// A command makes it.
    Command {
        /// The command, run in the manifest's directory.
        command: Command,
        /// The files that the command makes.
        artefact: Artefact,
        /// How long the command may take.
        limits: CommandLimits,
    },
    /// No source is known: the first test that needs it makes it.
    Leader {
        /// The files that the test makes. `paths` may be empty.
        artefact: Artefact,
        /// Whether more than a lock file shows that tests need it. If not, a test that did not make it proves nothing.
        is_certain: bool,
    },
    /// Not a file: the runner of these tests has checked all of their files in one process.
    Check {
        /// The tests, in the order of the text.
        tests: Vec<TestId>,
    },
}

/// `url` and what belongs to it, for this platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// `http://…` or `https://…`.
    pub url: String,
    /// Alternative URLs of the same bytes, in the order in which probe tries them.
    pub mirrors: Vec<String>,
    /// The digest of the downloaded bytes.
    pub sha256: Option<Sha256>,
    /// The part to extract from the archive.
    pub member: Option<Member>,
}

/// Files that a command or a test makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artefact {
    /// Patterns of the files that must exist, relative to the manifest's directory. A leading `~` is kept as written.
    pub paths: Vec<String>,
    /// Patterns of the inputs. While these files do not change, the artefact is not made again.
    pub inputs: Vec<String>,
}

/// How long a library's command may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandLimits {
    /// The limit for the whole command.
    pub timeout: Duration,
    /// The limit for the time without output.
    pub silence: Duration,
}

impl Default for CommandLimits {
    /// Longer than a large engine takes to build, and so long that only a command that hangs is silent for it.
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

/// Where probe puts a copy of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Deno's plug cache, in the test's environment.
    Plug,
    /// A path relative to the manifest's directory; a leading `~` is kept as written.
    Path(String),
}

words! {
    /// The file type of a library. It decides how probe checks that the library is complete.
    LibraryKind "kind of library" {
        /// A shared library.
        Native = "native",
        /// A program.
        Executable = "executable",
        /// Anything else.
        Data = "data",
    }
}

/// A library that must be ready first, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The library.
    pub library: LibraryId,
    /// How probe knows that it is needed.
    pub because: Because,
}

/// How probe knows that a library is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// `needs` names it, at this place.
    Declared(Span),
    /// A `{library.NAME}` names it, at this place.
    Placeholder(Span),
    /// The sources lead to it. [`Findings::chain`](crate::Findings::chain) of the suite's findings has the links.
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
