//! The report `jsonl`: every fact as a line of JSON, flushed at once. Keeps nothing.

use std::io::{self, Write};

use probe_process::sift::escape_json;

use super::facts::{Fact, Line, Seconds};
use super::outlet::Outlet;
use super::stream::StreamReport;

/// The JSON Schema of a line.
pub const SCHEMA: &str = include_str!("events.schema.json");

/// Writes lines.
#[derive(Debug)]
pub(super) struct Jsonl {
    out: Outlet,
    /// One line, so that each write puts a whole line into the file.
    line: Vec<u8>,
}

impl Jsonl {
    pub(super) fn new(out: Outlet) -> Self {
        Self { out, line: Vec::new() }
    }
}

/// Adds a fact as a line.
pub(super) fn write_line(lines: &mut Vec<u8>, at: Seconds, fact: &Fact<'_>) -> io::Result<()> {
    let mut line = Vec::new();
    serde_json::to_writer(&mut line, &Line { at, fact })?;
    escape_json(&mut line);
    lines.append(&mut line);
    lines.push(b'\n');
    Ok(())
}

impl StreamReport for Jsonl {
    fn fact(&mut self, at: Seconds, fact: &Fact<'_>) -> io::Result<()> {
        if let Fact::Unknown = fact {
            return Ok(());
        }
        self.line.clear();
        write_line(&mut self.line, at, fact)?;
        self.out.write_all(&self.line)?;
        self.out.flush()
    }

    /// A log without an end says so by itself.
    fn cut_off(&mut self) -> io::Result<()> {
        Ok(())
    }
}
