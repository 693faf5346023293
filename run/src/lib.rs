//! Runs tests: decides when each one starts and what follows from its result, and finds out whether a failure was a race for a
//! library.
//!
//! [`run`] takes a [`Stage`], reports to a [`Reporter`] what happens, and returns a [`Summary`]. Only the conductor owns and
//! changes the state of a run. Workers, importers, scouts and examiners send it messages.
//!
//! The crate does not read manifest files, command lines or environment variables, and it prints nothing. The caller passes
//! such data in the stage. Its [`Provider`] says which processes tests run and which imports the loader makes.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "probe runs tests on Linux and macOS only so far: a port adds files for its system beside `linux.rs` and `unix.rs`"
);

mod agenda;
mod attempt;
mod conductor;
mod early;
mod ending;
mod engine;
mod event;
mod exit;
#[expect(clippy::disallowed_methods, reason = "it looks at what could not be run")]
mod flaw;
#[expect(clippy::disallowed_methods, reason = "it runs a process of this machine")]
mod guest;
mod import_failure;
mod instance;
mod invocation;
mod lease;
mod limits;
#[cfg(target_os = "linux")]
mod linux;
#[expect(clippy::disallowed_methods, reason = "it runs processes of this machine")]
mod local;
#[cfg(target_os = "macos")]
mod macos;
mod order;
mod overtime;
mod provider;
#[expect(clippy::disallowed_methods, reason = "it says when something happened")]
mod reporter;
mod run;
mod run_error;
mod service;
mod service_end;
mod shard;
#[expect(clippy::disallowed_methods, reason = "it has the threads, the clock and the channels")]
mod shell;
mod stage;
mod stop;
mod summary;
mod system;
mod termination;
mod unit;
#[cfg(unix)]
mod unix;
#[expect(clippy::disallowed_methods, reason = "it looks at files, and at when that was")]
mod verdict;

pub use agenda::{Agenda, Expectations};
pub use attempt::{Attempt, ServiceSaying};
pub use early::Early;
pub use ending::{Bereft, Ending, Overrun};
pub use engine::{BuildEnd, Engine, Task};
pub use event::{Event, Extent, Work};
pub use exit::Exit;
pub use flaw::OUTSIDE;
pub use guest::{Guest, Visit};
pub use import_failure::ImportFailure;
pub use instance::{Instance, Owner, Share};
pub use invocation::{Invocation, ResultsPlace};
pub use lease::{Gone, Lease};
pub use limits::TestLimits;
pub use local::attempt_of;
pub use order::Order;
pub use overtime::Overtime;
pub use provider::{Attempted, GroundOf, PlaceOf, Provider};
pub use reporter::Reporter;
pub use run::{host, run};
pub use run_error::RunError;
pub use service::{ReadyCheck, ServiceInvocation, ServiceTask, Site};
pub use service_end::{Errand, ServiceEnd, ServiceEnding, ServiceLost, Trouble};
pub use shard::{Shard, ShardWay};
pub use shell::{Inbox, Orders, conduct};
pub use stage::{RunSettings, Stage, Workplace};
pub use stop::Stop;
pub use summary::{
    CutShort, Failure, Flaky, FlakyOutcome, Leaky, NotImported, Raced, Skipped, Slow, Summary,
    Within,
};
pub use termination::Termination;
pub use unit::Unit;
pub use verdict::{
    Audience, Before, Circumstances, Doubled, Evidence, FileFinding, FileOutcome, Finding,
    Gathering, Habitat, Haunts, Question, RacePolicy, Repaired, Search, Stray, Suspicion, Symptom,
    Undeclared, Verdict, Watched, Written, doubled_during, examine, is_called_a_library,
    patterns_of, sought, symptom,
};
