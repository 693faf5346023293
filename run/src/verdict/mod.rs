//! The verdict on an attempt that did not pass: was its library torn under it, or is the failure its own?
//!
//! Evidence decides, never words alone. A worker looks at the declared files before and after an attempt (`evidence`);
//! where something points at them (`symptom`), an examiner waits until they are still, reads them, decides by a truth
//! table (`decision`) and has them mended. What is told of a failure besides comes from `notes` and `strays`. Knows
//! neither the graph nor how often a test may run.

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

/// What points at loading in the way an attempt ended that has no library to speak of.
pub fn symptom(attempt: &Attempt) -> Option<Symptom> {
    Symptom::of(&attempt.ending, &said::Words::of_output(&attempt.output), |_| false)
}

/// Whether the name of a file ends as those of libraries do.
pub fn is_called_a_library(path: &Path) -> bool {
    path.to_str().is_some_and(said::has_suffix)
}

/// How often a test is run again after a race, apart from its other retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RacePolicy {
    /// How often at most.
    pub retries: u32,
    /// What counts as a race.
    pub undeclared: Undeclared,
}

impl RacePolicy {
    /// Nothing is run again.
    pub const NONE: Self = Self { retries: 0, undeclared: Undeclared::Named };
}

/// What is done about a likely race for a file that no library declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {
    /// It is named, and the test has failed.
    Named,
    /// It is named, and the test is run again as after any race.
    Retried,
}
