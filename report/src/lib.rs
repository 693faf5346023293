//! Reports about a run. For programs: facts, and a record, documents and streams made of them. For people: events as text, and
//! the picture of a run on a terminal.
//!
//! - [`Fact`](facts::Fact)s are made of events in one place, and reading them back gives the same facts. So a report that is
//!   made from the log of a run equals the report that the run wrote, byte for byte.
//! - A report that is a stream keeps nothing. Reports that are documents are written from one record, which is kept only if
//!   there is such a report, with outputs in an unnamed file. They are written beside their places and renamed.
//! - No text of a run is ever parsed as markup. The only escape sequences of a run that reach a terminal are colours.
//!
//! The crate does not know how anything is run. It knows no command line and no manifest file, and reads no environment: the
//! caller says where relative paths begin, where temporary files may lie, and what GitHub Actions has set.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "probe asks terminals and files of Linux and macOS only so far: a port adds files for its system beside every `unix.rs`"
);

mod asked;
mod below;
mod brief;
mod bytes;
mod clock;
mod counted;
mod deferred;
mod describe;
mod escaped;
mod exec_verdict;
mod explain;
pub mod facts;
#[expect(clippy::disallowed_methods, reason = "the summary of a job is appended to its file")]
mod github;
mod html;
mod ink;
mod jsonl;
mod junit;
mod kept;
mod lines;
#[expect(clippy::disallowed_methods, reason = "whoever shows a run says when its events came")]
mod live;
mod merged;
mod origin;
#[expect(clippy::disallowed_methods, reason = "opens what streams are written to")]
mod outlet;
mod outline;
mod overtime;
pub mod picture;
#[expect(clippy::disallowed_methods, reason = "puts documents in their places")]
mod place;
mod policy;
mod proposal;
mod races;
mod record;
mod remark;
mod report_error;
mod reports;
mod rerun;
#[expect(clippy::disallowed_methods, reason = "has a thread, and draws as time passes")]
mod screen;
mod stream;
pub mod style;
mod summary;
mod suspects;
mod suspicions;
mod system;
mod tap;
mod timeline;
mod took;
mod trace;
mod verdict;

pub use asked::{AskedReport, Destination};
pub use brief::{Brief, BriefDetail};
pub use bytes::Bytes;
pub use counted::tests as count_of_tests;
pub use describe::signal_name;
pub use exec_verdict::{command_verdict, undeclared};
pub use explain::{Beside, Explained, NotExplained};
pub use github::{GithubJob, Quoted};
pub use ink::Ink;
pub use jsonl::SCHEMA as EVENTS_SCHEMA;
pub use lines::Lines;
pub use live::{Live, LiveScope};
pub use merged::Merged;
pub use origin::{command_of_service, origin};
pub use outline::Outline;
pub use policy::ShowPolicy;
pub use proposal::{Needing, Proposal, Proposals, Waiting, command};
pub use remark::{remark, remark_in, warn};
pub use report_error::ReportError;
pub use reports::{Reports, Surroundings};
pub use rerun::{Rerun, RerunBy};
pub use screen::{Screen, Show, is_terminal};
pub use summary::nothing_selected;
pub use suspects::Suspects;
