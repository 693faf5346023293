//! Why a log cannot be read, with its line and the way out. Knows no file: the caller adds its name.

use std::fmt;
use std::io;

/// The error for a log that cannot be read.
#[derive(Debug)]
pub struct LogError {
    /// Counted from 1; `None` where it is not a line.
    line: Option<u64>,
    wrong: Wrong,
}

/// The cause.
#[derive(Debug)]
pub(super) enum Wrong {
    Io(io::Error),
    Empty,
    NoLog,
    /// It is of this version of the format, written by that version of probe.
    Version {
        version: u32,
        probe: String,
    },
    /// It ends before the plan does.
    NoPlan,
    /// Something else stands where the plan should.
    NotPlanned,
    Json(serde_json::Error),
    TooLong,
    /// Another run.
    AfterEnd,
    Unplanned {
        what: &'static str,
        name: String,
    },
    Slot(usize),
    Clock(String),
}

impl LogError {
    pub(super) fn new(wrong: Wrong) -> Self {
        Self { line: None, wrong }
    }

    pub(super) fn at(line: u64, wrong: Wrong) -> Self {
        Self { line: Some(line), wrong }
    }

    /// The way out.
    pub fn help(&self) -> Option<String> {
        Some(match &self.wrong {
            Wrong::Io(_) => return None,
            Wrong::Empty | Wrong::NoPlan => {
                "the run was killed before it began; run it again with `--report jsonl=FILE`"
                    .to_owned()
            }
            Wrong::NoLog => "`probe run --report jsonl=FILE` writes one".to_owned(),
            Wrong::Version { probe, .. } => {
                format!("read it with probe {probe}, which wrote it, or with a later one")
            }
            Wrong::NotPlanned => {
                "it was written by an older probe, or lines are missing; run again with `--report jsonl=FILE`"
                    .to_owned()
            }
            Wrong::Json(_)
            | Wrong::TooLong
            | Wrong::Unplanned { .. }
            | Wrong::Slot(_)
            | Wrong::Clock(_) => {
                "lines are missing, or something else was written into it; `probe schema events` says what a line is"
                    .to_owned()
            }
            Wrong::AfterEnd => "give the log of one run, as `probe run` wrote it".to_owned(),
        })
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.wrong {
            Wrong::Io(error) => error.fmt(f),
            Wrong::Empty => f.write_str("it is empty"),
            Wrong::NoLog => f.write_str("it is no log of events"),
            Wrong::Version { version, probe } => {
                write!(
                    f,
                    "it is of version {version}, by probe {probe}, and is not understood here"
                )
            }
            Wrong::NoPlan => f.write_str("it ends before it says what the run consists of"),
            Wrong::NotPlanned => f.write_str("it does not say what the run consists of"),
            Wrong::Json(error) => {
                let said = error.to_string();
                let end = said.rfind(" at line ").unwrap_or(said.len());
                write!(f, "{} at column {}", &said[..end], error.column())
            }
            Wrong::TooLong => f.write_str("it is longer than any line of a log"),
            Wrong::AfterEnd => f.write_str("another run begins, or this one goes on after its end"),
            Wrong::Unplanned { what, name } => write!(f, "there is no {what} `{name}` in the run"),
            Wrong::Slot(slot) => write!(f, "there is no slot {slot} in the run"),
            Wrong::Clock(text) => write!(f, "`{text}` is no time of day"),
        }
    }
}

impl std::error::Error for LogError {}
