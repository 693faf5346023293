//! Keeps the log of a run for later questions: the content of `jsonl`, but written in large pieces, and without details
//! that nobody looks up afterwards.
//!
//! Knows no clock: the times of facts say how long ago it wrote.

use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

use super::facts::{Fact, Printed, Process, Seconds};
use super::jsonl::write_line;

/// Bytes that are written in one piece.
const PIECE: usize = 64 << 10;

/// Facts that are written at once: of a small run nothing is lost.
const AT_ONCE: u32 = 100;

/// Later facts are written after this time. A probe that is killed loses what is not written.
const PACE: Duration = Duration::from_millis(250);

/// Bytes that tests which passed may print altogether: of the rest only the ends of tests are kept.
const PRINTED: usize = 16 << 20;

/// Writes the log. Stops at an error without reporting it.
#[derive(Debug)]
pub(super) struct KeptLog {
    out: File,
    lines: Vec<u8>,
    facts: u32,
    written: Duration,
    printed: usize,
}

impl KeptLog {
    pub(super) fn new(out: File) -> Self {
        Self { out, lines: Vec::new(), facts: 0, written: Duration::ZERO, printed: 0 }
    }

    pub(super) fn fact(&mut self, at: Seconds, fact: &Fact<'_>) -> io::Result<()> {
        match fact {
            // How far a download was at a moment is for who watches it.
            Fact::Unknown | Fact::PreloadTransferred { .. } => return Ok(()),
            Fact::TestEnded { test, status, attempt, races, process } if !status.is_failure() => {
                let length = |printed: &Printed<'_>| printed.head.len() + printed.tail.len();
                self.printed += process.output.iter().map(length).sum::<usize>();
                if self.printed > PRINTED && !process.output.is_empty() {
                    let process = Process { output: Vec::new(), ..process.clone() };
                    let (test, status) = (test.clone(), *status);
                    let (attempt, races) = (*attempt, *races);
                    let short = Fact::TestEnded { test, status, attempt, races, process };
                    write_line(&mut self.lines, at, &short)?;
                } else {
                    write_line(&mut self.lines, at, fact)?;
                }
            }
            _ => write_line(&mut self.lines, at, fact)?,
        }
        let is_end = matches!(fact, Fact::RunEnded { .. });
        let waited = at.duration().saturating_sub(self.written);
        self.facts = self.facts.saturating_add(1);
        if is_end || self.facts < AT_ONCE || self.lines.len() >= PIECE || waited >= PACE {
            self.out.write_all(&self.lines)?;
            self.lines.clear();
            self.written = at.duration();
        }
        Ok(())
    }
}
