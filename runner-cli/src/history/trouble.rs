//! What can be wrong with the history: said once, and never an error of the run.

use std::fmt;

use rusqlite::ErrorCode;

use super::database::FORMAT;
use super::file::{PATIENCE, SHOWN};

/// Something that keeps a run from being recorded, or earlier ones from being known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The file was no history, and a new one was begun.
    Replaced { why: String, copy: String },
    /// The file is no history, and stays where it is.
    Damaged { why: String },
    /// A newer version of probe has written it.
    Newer { format: i64 },
    /// Other processes held its lock when the run began.
    Busy,
    /// Other processes held its lock the whole time.
    Locked,
    /// It could not be read.
    Unreadable { why: String },
    /// It could not be written: no permission, no space.
    Unwritable { why: String },
    /// Something else than a history is there, in these words.
    RefusedToRead { why: String },
    /// The same for whoever would write.
    RefusedToWrite { why: String },
    /// What is beside it for long outputs cannot be used, in these words.
    Outputs(String),
}

/// What follows from an error of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may go well later.
    Locked,
    /// The file is not what it should be.
    Damaged,
    /// The place is not what it should be.
    Unusable,
}

impl Trouble {
    /// Why earlier runs are not known.
    pub(super) fn of_reading(error: &rusqlite::Error) -> Self {
        match kind(error) {
            Kind::Locked => Self::Busy,
            Kind::Damaged => Self::Damaged { why: error.to_string() },
            Kind::Unusable => Self::Unreadable { why: error.to_string() },
        }
    }

    /// Why a run is not recorded.
    pub(super) fn of_writing(error: &rusqlite::Error) -> Self {
        match kind(error) {
            Kind::Locked => Self::Locked,
            Kind::Damaged => Self::Damaged { why: error.to_string() },
            Kind::Unusable => Self::Unwritable { why: error.to_string() },
        }
    }
}

/// What kind of trouble an error is.
pub(super) fn kind(error: &rusqlite::Error) -> Kind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::Locked,
        // `Unknown` is what SQLite says of a table or a column that should be there. An error that is not SQLite's is about
        // a value that should have another type.
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) | None => {
            Kind::Damaged
        }
        Some(_) => Kind::Unusable,
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replaced { why, copy } => {
                write!(f, "`{SHOWN}` was damaged ({why}): a new one is begun, `{copy}` is the old")
            }
            Self::Damaged { why } => {
                write!(f, "`{SHOWN}` is damaged ({why}); the next `probe run` begins a new one")
            }
            Self::Newer { format } => write!(
                f,
                "`{SHOWN}` has format {format}, and this version of probe knows {FORMAT}: it is left as it is, and nothing \
                 is recorded"
            ),
            Self::Busy => {
                write!(f, "earlier runs are not known: other processes are writing `{SHOWN}`")
            }
            Self::Locked => write!(
                f,
                "this run is not recorded: other processes have been writing `{SHOWN}` for {} s",
                PATIENCE.as_secs()
            ),
            Self::Unreadable { why } => {
                write!(f, "earlier runs are not known: cannot read `{SHOWN}`: {why}")
            }
            Self::RefusedToRead { why } => write!(f, "earlier runs are not known: {why}"),
            Self::RefusedToWrite { why } => write!(f, "this run is not recorded: {why}"),
            Self::Outputs(why) => write!(f, "long outputs are not kept: {why}"),
            Self::Unwritable { why } => {
                write!(f, "this run is not recorded: cannot write `{SHOWN}`: {why}")
            }
        }
    }
}
