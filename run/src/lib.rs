//! A run of tests: what starts when, what follows from how it ended, and whether a failure was a race for a library.
//!
//! [`run`] takes a [`Stage`], tells a [`Reporter`] what happens, and returns a [`Summary`]. In it the conductor alone owns
//! the state; workers, importers, scouts and examiners only tell it what happens.
//!
//! The crate knows no manifest file, no command line and no environment, and prints nothing: what it needs of them is data
//! in the stage, and a [`Provider`] that says what tests and libraries are for processes and for the loader.

mod agenda;
mod attempt;
mod conductor;
mod early;
mod event;
mod exit;
mod flaw;
mod gates;
mod import_failure;
mod keep;
mod limits;
mod message;
mod monitor;
mod preload;
mod provider;
mod reporter;
mod retries;
mod run;
mod run_error;
mod scouts;
mod stage;
mod stop;
mod summary;
mod through;
mod verdict;
mod worker;

pub use agenda::{Agenda, Expectations};
pub use attempt::{Attempt, Ending, Overrun};
pub use early::Early;
pub use event::{Event, Extent, Work};
pub use exit::Exit;
pub use flaw::OUTSIDE;
pub use import_failure::ImportFailure;
pub use limits::TestLimits;
pub use provider::{Attempted, PlaceOf, Provider};
pub use reporter::{Reporter, Reporters};
pub use run::run;
pub use run_error::RunError;
pub use stage::{Machine, Settings, Stage};
pub use stop::Stop;
pub use summary::{
    CutShort, Failure, Flaky, FlakyOutcome, Leaky, NotImported, Raced, Slow, Summary,
};
pub use verdict::{
    Audience, Before, Circumstances, Evidence, FileFinding, Finding, Habitat, Haunts, Outcome,
    Question, RacePolicy, Repaired, Search, Stray, Symptom, Undeclared, Verdict, Watched, Written,
    examine, patterns_of, sought, symptom,
};
