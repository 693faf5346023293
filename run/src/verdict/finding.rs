//! What an examination came to: a race, and what was mended; or none, and why the test failed then. Knows neither how it
//! was found out nor how it is printed.

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
    /// What points at loading in the way that the attempt ended.
    pub symptom: Option<Symptom>,
    /// The files that were not what they should be, or were touched.
    pub files: Vec<FileFinding>,
    /// What was done about them, by library.
    pub repairs: Vec<(LibraryId, Repaired)>,
    /// Files that no library declares, and that look as if the attempt had raced for them.
    pub strays: Vec<Stray>,
    /// The place that the attempt speaks of in other words than loaders have, if nothing else explains it.
    pub gathering: Option<Gathering>,
    /// What files and their headers say about the loader's messages, where it is no race.
    pub notes: Vec<String>,
    /// Libraries whose files are whole and were not touched.
    pub intact: Vec<LibraryId>,
    /// What was moved out of the way of a repair.
    pub aside: Vec<Aside>,
}

/// What follows for the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One of its libraries was raced for: it is run again.
    Race,
    /// A library was raced for, and cannot be mended: it would fail again.
    Unmended,
    /// A file was probably raced for that no library declares.
    Undeclared,
    /// The failure is its own.
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
    /// The worst condition that it was seen in.
    pub condition: Condition,
    /// In bytes, if that is known.
    pub whole_size: Option<u64>,
    /// When it was last seen to be written; unknown of what was never there.
    pub written: Option<Written>,
}

/// When a file was last written, beside the attempt that may have raced for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// When it was last written.
    pub at: SystemTime,
    /// When the attempt began and when it ended.
    pub attempt: (SystemTime, SystemTime),
}

/// What was done about a library's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// They were whole again by themselves, or by another test's examination.
    AlreadyWhole,
    /// They were copied from the store.
    PutBack,
    /// The library was downloaded or copied again.
    FetchedAgain,
    /// The library's command ran again.
    BuiltAgain,
    /// What was torn is out of the way: the next test that needs it makes it anew.
    MovedAside,
    /// It could not be done.
    Failed(ImportFailure),
}

/// A file that no library declares, and that an attempt may have raced for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The file.
    pub path: PathBuf,
    /// What it was seen to be.
    pub condition: Condition,
    /// In bytes.
    pub size: u64,
    /// When it was last written.
    pub written: Written,
}

/// What one attempt says of a place, in other words than loaders have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathering {
    /// The folder.
    pub folder: PathBuf,
    /// What was said.
    pub words: &'static str,
    /// Some of the files that came.
    pub came: Vec<PathBuf>,
    /// When the attempt began and when it ended.
    pub attempt: (SystemTime, SystemTime),
}

impl Finding {
    /// What follows from all that is known.
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
    /// Whether its name ends as those of libraries do.
    pub fn is_called_a_library(&self) -> bool {
        self.path.to_str().is_some_and(has_suffix)
    }
}

impl Written {
    /// From the start of the attempt to the last write; `None` if that was before.
    pub fn after_start(&self) -> Option<Duration> {
        self.at.duration_since(self.attempt.0).ok()
    }

    /// From the last write to the end of the attempt; `None` if it was written later still.
    pub fn before_end(&self) -> Option<Duration> {
        self.attempt.1.duration_since(self.at).ok()
    }
}
