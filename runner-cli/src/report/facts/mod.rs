//! The facts of a run: owned, with a version, written and read as lines of JSON. From them alone records, documents, streams
//! and the history are made, in the run as later from its log.
//!
//! `events.schema.json` says the same as [`Fact`] for other programs. [`Told`] is the one place where an event of a run
//! becomes facts, [`Log`] reads them back. Knows no report.

mod fact;
mod log;
mod log_error;
mod named;
mod planned;
mod preload;
mod process;
mod seconds;
mod status;
mod told;

pub(crate) use fact::{Fact, Line, StopCause};
pub(crate) use log::Log;
pub(crate) use log_error::LogError;
pub(crate) use named::{LibraryName, TestName};
pub(crate) use planned::{LibraryPlanned, TestPlanned, TestsPlanned, short_name};
pub(crate) use preload::PreloadHow;
pub(crate) use process::{Finish, Printed, Process, StreamName};
pub(crate) use seconds::Seconds;
pub(crate) use status::Status;
pub(crate) use told::{Places, Told, planning};
