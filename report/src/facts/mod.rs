//! The facts of a run: owned, versioned, written and read as lines of JSON. All records, documents, streams and the
//! history come from facts only, both during the run and later from its log.
//!
//! `events.schema.json` describes [`Fact`] for other programs. Only [`Told`] turns events of a run into facts. [`Log`] reads
//! them back. Knows no report.

mod fact;
mod line;
mod log;
mod log_error;
mod merge;
mod named;
mod names;
mod planned;
mod preload;
mod process;
mod seconds;
mod shard;
mod status;
mod stopping;
mod subtest;
mod suspected;
mod told;

pub use fact::Fact;
pub use line::Line;
pub use log::Log;
pub use log_error::LogError;
pub use merge::{Merge, MergeError, Survey};
pub use named::{LibraryName, Named, TestName};
pub use planned::{LibraryPlanned, ServicePlanned, TestPlanned, TestsPlanned, short_name};
pub use preload::{HeldBy, ImportAttempt, PreloadHow, PreloadWork};
pub use process::{
    Account, AccountKind, FileSeen, Finish, Left, Printed, Process, Seen, ServiceSaid, StreamName,
    TestsWithin, Used,
};
pub use seconds::Seconds;
pub use shard::{Dealt, DealtBy};
pub use status::Status;
pub use stopping::{LibraryRunning, StopCause, TestRunning};
pub use subtest::{Subtest, SubtestStatus};
pub use suspected::{Duplicate, Suspected};
pub use told::Told;
pub(crate) use told::{Places, planning};
