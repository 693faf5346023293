//! The verdict on an attempt that did not pass: did a race for a library cause the failure, or the test itself?
//!
//! Evidence decides, never words alone. A worker looks at the declared files before and after an attempt (`evidence`). If
//! something points at these files (`symptom`), an examiner waits until nobody writes to them, reads them, decides by a truth
//! table (`decision`) and has them repaired. `notes` and `strays` add what else is known of a failure. Knows neither the graph
//! nor how often a test may run.

mod decision;
mod doubled;
mod evidence;
mod examine;
mod finding;
mod gathering;
mod messages;
mod murmurs;
mod notes;
mod said;
mod strays;
mod symptom;
mod watched;

use std::path::Path;

use super::Attempt;
pub use decision::FileOutcome;
pub(crate) use doubled::Listening;
pub use doubled::{Doubled, doubled_during};
pub use evidence::{Before, Circumstances, Evidence};
pub use examine::{Audience, examine};
pub use finding::{FileFinding, Finding, Gathering, Repaired, Stray, Verdict, Written};
pub use gathering::Suspicion;
pub(crate) use gathering::suspicions;
pub use messages::sought;
pub use strays::{Habitat, Haunts, Question, Search, patterns_of};
pub use symptom::Symptom;
pub use watched::Watched;

/// Returns what in an attempt's end or output points at loading, for an attempt without libraries.
pub fn symptom(attempt: &Attempt) -> Option<Symptom> {
    Symptom::of(&attempt.ending, &said::Words::of_output(&attempt.output), |_| false)
}

/// Whether a file has the suffix of a library.
pub fn is_called_a_library(path: &Path) -> bool {
    path.to_str().is_some_and(said::has_suffix)
}

/// How often a test runs again after a race, apart from its other retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RacePolicy {
    /// The largest number of further attempts.
    pub retries: u32,
    /// Whether a likely race for an undeclared file counts.
    pub undeclared: Undeclared,
}

impl RacePolicy {
    /// Runs nothing again.
    pub const NONE: Self = Self { retries: 0, undeclared: Undeclared::Named };
}

/// What follows from a likely race for a file that no library declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {
    /// The report names the file, and the test fails.
    Named,
    /// The report names the file, and the test runs again as after any race.
    Retried,
}
