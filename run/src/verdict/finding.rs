//! The result of an examination: a race and its repair, or why the test failed otherwise. Knows neither how it was found out
//! nor how it is printed.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use probe_loader::{Aside, Condition};
use probe_scenario::LibraryId;

use super::decision::FileOutcome;
use super::said::has_suffix;
use super::symptom::Symptom;
use crate::import_failure::ImportFailure;

/// What an attempt that did not pass has to do with its libraries.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What in the attempt's end or output points at loading.
    pub symptom: Option<Symptom>,
    /// The files that were not as they should be, or that changed.
    pub files: Vec<FileFinding>,
    /// The repairs, by library.
    pub repairs: Vec<(LibraryId, Repaired)>,
    /// Files that no library declares, and for which the attempt may have raced.
    pub strays: Vec<Stray>,
    /// The folder that the attempt speaks of without a loader's message, if nothing else explains the failure.
    pub gathering: Option<Gathering>,
    /// Explanations of the loader's messages from files and their headers, if it was no race.
    pub notes: Vec<String>,
    /// Libraries whose files are complete and unchanged.
    pub intact: Vec<LibraryId>,
    /// The files that a repair moved aside.
    pub aside: Vec<Aside>,
}

/// What the finding means for the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A race for one of its libraries: the test runs again.
    Race,
    /// A race for a library that cannot be repaired: the test would fail again.
    Unmended,
    /// Probably a race for a file that no library declares.
    Undeclared,
    /// The test itself failed.
    Real,
}

/// A file of a library that was not as it should be.
#[derive(Clone, Debug)]
pub struct FileFinding {
    /// The library.
    pub library: LibraryId,
    /// The file.
    pub path: PathBuf,
    /// What the evidence says of it.
    pub outcome: FileOutcome,
    /// The worst condition that the file was seen in.
    pub condition: Condition,
    /// Its complete size in bytes, if that is known.
    pub whole_size: Option<u64>,
    /// When it was last seen written; `None` if it was never there.
    pub written: Option<Written>,
}

/// When a file was last written, and the attempt that may have raced for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The last write.
    pub at: SystemTime,
    /// The start and the end of the attempt.
    pub attempt: (SystemTime, SystemTime),
}

/// The repair of a library's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// The files were complete again without a repair, or another test's examination repaired them.
    AlreadyWhole,
    /// They were copied from the store.
    PutBack,
    /// The library was downloaded or copied again.
    FetchedAgain,
    /// The library's command ran again.
    BuiltAgain,
    /// Incomplete files were moved aside. The next test that needs the library makes it again.
    MovedAside,
    /// The repair failed.
    Failed(ImportFailure),
}

/// A file that no library declares, and for which an attempt may have raced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The file.
    pub path: PathBuf,
    /// Its condition when probe looked.
    pub condition: Condition,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last written.
    pub written: Written,
}

/// A folder that an attempt speaks of without a loader's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathering {
    /// The folder.
    pub folder: PathBuf,
    /// The words in the output.
    pub words: &'static str,
    /// Some of the files that appeared there.
    pub came: Vec<PathBuf>,
    /// The start and the end of the attempt.
    pub attempt: (SystemTime, SystemTime),
}

impl Finding {
    /// Returns the verdict.
    pub fn verdict(&self) -> Verdict {
        let failed =
            self.repairs.iter().any(|(_, repaired)| matches!(repaired, Repaired::Failed(_)));
        match self.files.iter().any(|file| file.outcome.is_race()) {
            true if failed => Verdict::Unmended,
            true => Verdict::Race,
            false if !self.strays.is_empty() => Verdict::Undeclared,
            false => Verdict::Real,
        }
    }
}

impl Stray {
    /// Whether it has the suffix of a library.
    pub fn is_called_a_library(&self) -> bool {
        self.path.to_str().is_some_and(has_suffix)
    }
}

impl Written {
    /// The time from the start of the attempt to the last write; `None` if the write was earlier.
    pub fn after_start(&self) -> Option<Duration> {
        self.at.duration_since(self.attempt.0).ok()
    }

    /// The time from the last write to the end of the attempt; `None` if the write was later.
    pub fn before_end(&self) -> Option<Duration> {
        self.attempt.1.duration_since(self.at).ok()
    }
}
